import type { QueryOperation } from '../iam/query-services.ts';
import type { Answer } from './answer.ts';
import type { AwsError } from './aws-error.ts';
import type { Call } from './service.ts';
import { element } from './xml.ts';

const headers = { 'content-type': 'text/xml' };

export function runQuery(action: string, operation: QueryOperation, form: URLSearchParams, call: Call): Answer {
  const result = operation.run(form, call);
  const metadata = element('ResponseMetadata', { RequestId: call.requestId });
  const body = `<${action}Response xmlns="${operation.namespace}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
  return { status: 200, headers, body };
}

/** The query services' own names for what others call differently. */
const names: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ThrottlingException: 'Throttling',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

/** Those that are 403 there. */
const refusals = new Set(['AccessDenied', 'SignatureDoesNotMatch', 'InvalidClientTokenId']);

export function queryError({ type, message, status }: AwsError, requestId: string): Answer {
  const code = names[type] ?? type;
  const error = element('Error', { Type: 'Sender', Code: code, Message: message });
  const body = `<ErrorResponse>${error}${element('RequestId', requestId)}</ErrorResponse>`;
  return { status: refusals.has(code) ? 403 : status, headers, body };
}
