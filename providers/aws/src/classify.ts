import type { ErrorCode } from '@runvoy/core/provider';

/** By the names of AWS's errors, of any of the services; a name with other meanings elsewhere is told by its text. */
const byName: Record<string, ErrorCode> = {
  AbortError: 'CANCELLED',
  // Too many requests.
  ThrottlingException: 'THROTTLED',
  Throttling: 'THROTTLED',
  TooManyRequestsException: 'THROTTLED',
  RequestLimitExceeded: 'THROTTLED',
  ProvisionedThroughputExceededException: 'THROTTLED',
  TooManyUpdates: 'THROTTLED',
  LimitExceededException: 'CAPACITY_EXCEEDED',
  ParameterLimitExceeded: 'CAPACITY_EXCEEDED',
  ParameterMaxVersionLimitExceeded: 'CAPACITY_EXCEEDED',
  HierarchyLevelLimitExceededException: 'INVALID_REQUEST',
  ItemCollectionSizeLimitExceededException: 'STORAGE_FULL',
  // This server's own identity.
  AccessDeniedException: 'PERMISSION_DENIED',
  AccessDenied: 'PERMISSION_DENIED',
  UnrecognizedClientException: 'PERMISSION_DENIED',
  InvalidClientTokenId: 'PERMISSION_DENIED',
  ExpiredTokenException: 'PERMISSION_DENIED',
  ExpiredToken: 'PERMISSION_DENIED',
  InvalidSignatureException: 'PERMISSION_DENIED',
  SignatureDoesNotMatch: 'PERMISSION_DENIED',
  MissingAuthenticationTokenException: 'PERMISSION_DENIED',
  CredentialsProviderError: 'PERMISSION_DENIED',
  BlockedException: 'PERMISSION_DENIED',
  // A resource that the settings name is not there.
  ResourceNotFoundException: 'CONFIGURATION_INVALID',
  ClusterNotFoundException: 'CONFIGURATION_INVALID',
  InvalidKeyId: 'CONFIGURATION_INVALID',
  // What was sent.
  ValidationException: 'INVALID_REQUEST',
  InvalidParameterException: 'INVALID_REQUEST',
  PlatformUnknownException: 'INVALID_REQUEST',
  UnsupportedFeatureException: 'UNSUPPORTED',
  PayloadTooLargeException: 'PAYLOAD_TOO_LARGE',
  ConflictException: 'CONFLICT',
  // The service.
  InternalServerError: 'SERVICE_UNAVAILABLE',
  InternalServerException: 'SERVICE_UNAVAILABLE',
  InternalFailure: 'SERVICE_UNAVAILABLE',
  ServiceUnavailable: 'SERVICE_UNAVAILABLE',
  ServiceUnavailableException: 'SERVICE_UNAVAILABLE',
  ServerException: 'SERVICE_UNAVAILABLE',
  TimeoutError: 'SERVICE_UNAVAILABLE',
};

const byCode: Record<string, ErrorCode> = {
  ECONNREFUSED: 'SERVICE_UNAVAILABLE',
  ECONNRESET: 'SERVICE_UNAVAILABLE',
  ENOTFOUND: 'SERVICE_UNAVAILABLE',
  EAI_AGAIN: 'SERVICE_UNAVAILABLE',
  EPIPE: 'SERVICE_UNAVAILABLE',
  ETIMEDOUT: 'SERVICE_UNAVAILABLE',
  EHOSTUNREACH: 'SERVICE_UNAVAILABLE',
};

/** What ECS says in words, under names that say something else or nothing. */
const byText: readonly [RegExp, ErrorCode][] = [
  [/Rate exceeded|throttl|Too many (requests|concurrent attempts)/i, 'THROTTLED'],
  [
    /Capacity is unavailable|reached the limit on the number of|limit exceeded|insufficient capacity/i,
    'CAPACITY_EXCEEDED',
  ],
  [/is not authorized to perform|unable to assume|access denied/i, 'PERMISSION_DENIED'],
];

interface RawError {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  $fault?: unknown;
  $metadata?: { httpStatusCode?: unknown };
}

/** The code for an error of an AWS SDK client, or of the network under it. */
export function classify(error: unknown): ErrorCode | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, code, message, $fault, $metadata } = error as RawError;
  if (name === 'AbortError') return 'CANCELLED';
  if (typeof message === 'string' && $fault !== undefined) {
    const told = byText.find(([pattern]) => pattern.test(message));
    if (told) return told[1];
  }
  if (typeof name === 'string' && Object.hasOwn(byName, name)) return byName[name];
  if (typeof code === 'string' && Object.hasOwn(byCode, code)) return byCode[code];
  const status = $metadata?.httpStatusCode;
  if (status === 429) return 'THROTTLED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (typeof status === 'number' && status >= 500) return 'SERVICE_UNAVAILABLE';
  return undefined;
}
