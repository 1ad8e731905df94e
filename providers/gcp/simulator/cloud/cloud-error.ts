import { status } from '@grpc/grpc-js';

/** What a service answers instead of a result: a gRPC code and Google's text. */
export class CloudError extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.name = 'CloudError';
    this.code = code;
  }
}

export const invalidArgument = (text: string): CloudError => new CloudError(status.INVALID_ARGUMENT, text);
export const notFound = (text: string): CloudError => new CloudError(status.NOT_FOUND, text);
export const alreadyExists = (text: string): CloudError => new CloudError(status.ALREADY_EXISTS, text);
export const permissionDenied = (text: string): CloudError => new CloudError(status.PERMISSION_DENIED, text);
export const unauthenticated = (text: string): CloudError => new CloudError(status.UNAUTHENTICATED, text);
export const failedPrecondition = (text: string): CloudError => new CloudError(status.FAILED_PRECONDITION, text);
export const aborted = (text: string): CloudError => new CloudError(status.ABORTED, text);
export const resourceExhausted = (text: string): CloudError => new CloudError(status.RESOURCE_EXHAUSTED, text);
export const unimplemented = (text: string): CloudError => new CloudError(status.UNIMPLEMENTED, text);
