import { type ErrorCode, RunvoyError } from '@runvoy/core/provider';

const throttled = /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException)$/;
const unknownCaller =
  /^(ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|IncompleteSignature)$/;
const forbidden = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized)$/;

/** What a service of AWS answered, as one of our errors. `cause.name` is AWS's own code. */
export function awsFailure(service: string, status: number, body: string): RunvoyError {
  const { code, message } = readFailure(body, status);
  const cause = Object.assign(new Error(message), { name: code });
  const fail = (ours: ErrorCode, text: string, remedy: string) => new RunvoyError(ours, text, { remedy, cause });
  if (throttled.test(code) || status >= 500)
    return fail('THROTTLED', `${service} asks to be called less often: ${message}`, 'Try again in a minute.');
  if (unknownCaller.test(code))
    return fail(
      'UNAUTHORIZED',
      `AWS does not accept the credentials: ${message}`,
      'Sign in again, for example with "aws sso login", or check AWS_PROFILE and AWS_ACCESS_KEY_ID.',
    );
  if (forbidden.test(code) || status === 403)
    return fail(
      'FORBIDDEN',
      `not allowed: ${message}`,
      `Use a role that may do this${permissionIn(message)}, or have it granted.`,
    );
  return fail(/limit/i.test(code) ? 'CAPACITY_EXCEEDED' : 'INVALID_REQUEST', message, 'Correct it, and try again.');
}

export function networkFailure(service: string, endpoint: URL, error: unknown): RunvoyError {
  const { cause = error } = error as { cause?: unknown };
  return new RunvoyError('SERVICE_UNAVAILABLE', `${service} cannot be reached at ${endpoint.host}: ${String(cause)}`, {
    remedy: 'Check the region and the network, and proxies if there are any.',
    cause: error,
  });
}

export function noCredentials(cause: unknown): RunvoyError {
  return new RunvoyError('UNAUTHORIZED', `there are no credentials for AWS: ${(cause as Error).message}`, {
    remedy: 'Sign in, for example with "aws sso login", or set AWS_PROFILE or AWS_ACCESS_KEY_ID.',
    cause,
  });
}

/** AWS's own code of a failure. */
export function awsCode(error: unknown): string | undefined {
  const { cause } = error as { cause?: { name?: string } };
  return cause?.name;
}

export function permissionIn(message: string): string {
  const [, action] = /not authorized to perform:? (\S+)/.exec(message) ?? [];
  return action === undefined ? '' : ` (${action})`;
}

function readFailure(body: string, status: number): { code: string; message: string } {
  const xml = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  const code = xml('Code');
  if (code !== undefined) return { code, message: fromXml(xml('Message') ?? code) };
  try {
    const {
      __type = '',
      message,
      Message,
    } = JSON.parse(body) as { __type?: string; message?: string; Message?: string };
    const name = __type.replace(/^.*#/, '');
    return { code: name, message: message ?? Message ?? name };
  } catch {
    return { code: `Http${status}`, message: body.slice(0, 300) || `HTTP status ${status}` };
  }
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const fromXml = (text: string): string =>
  text.replace(/&(lt|gt|quot|apos|amp);/g, (_match, name: string) => entities[name]!);
