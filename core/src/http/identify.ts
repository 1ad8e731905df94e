import { isRunvoyError, type RunvoyError } from '../contract/errors.ts';
import type { Call } from './call.ts';
import { clientAddressOf } from './client-address.ts';
import type { RequestInfo } from './pipeline.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Route } from './route.ts';

/** Finds out who calls, and whether that is one time too many. */
export async function identify(
  route: Route,
  call: Call,
  limits: RateLimits | undefined,
  info: RequestInfo | undefined,
): Promise<void> {
  const { context, request, runvoy, settings } = call;
  const forwardedFor = settings.trustedProxies === 0 ? null : request.headers.get('x-forwarded-for');
  context.clientAddress = clientAddressOf(info?.clientAddress, forwardedFor, settings.trustedProxies);
  if (info?.principal) {
    context.principal = info.principal;
    return;
  }
  if (route.access === 'public') {
    await limits?.countAddress(context.clientAddress);
    return;
  }
  try {
    call.phrase = 'Server error';
    const user = await runvoy.users.authenticate(request.headers.get('x-api-key') ?? undefined, context.requestId);
    context.principal = { email: user.user_email, role: user.role };
    call.phrase = 'Too many requests';
    await limits?.countKey(user.api_key_hash);
  } catch (error) {
    if (isRunvoyError(error) && isRefusal(error)) {
      call.phrase = 'Too many requests';
      await limits?.countAddress(context.clientAddress);
      call.phrase = 'Unauthorized';
    }
    throw error;
  }
}

function isRefusal(error: RunvoyError): boolean {
  return error.code === 'UNAUTHORIZED' || error.code === 'INVALID_API_KEY' || error.code === 'API_KEY_REVOKED';
}
