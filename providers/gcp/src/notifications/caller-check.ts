import { RunvoyError } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';

/** Rejects with UNAUTHORIZED unless the header shows that it is this deployment's own push account that calls. */
export type CallerCheck = (authorization: string | undefined) => Promise<void>;

const rememberedTokens = 100;
const issuers = ['https://accounts.google.com', 'accounts.google.com'];

/**
 * Checks the OIDC token that Pub/Sub, Eventarc and Scheduler send: signed by Google, for this audience, in time, and for the one
 * account that may push. Without an audience anybody's token for anything would do, so none is refused.
 */
export function createCallerCheck({ push, endpoint }: Pick<GcpConfig, 'push' | 'endpoint'>): CallerCheck {
  if (push.auth === 'none') return async () => {};
  const { audience, serviceAccount } = push;
  let client: Promise<TokenVerifier> | undefined;
  /** Until when tokens are good, in milliseconds: Pub/Sub sends one with thousands of pushes. */
  const verified = new Map<string, number>();
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refusal('it carries no token');
    if ((verified.get(token) ?? 0) > Date.now()) return;
    if (audience === undefined)
      throw refusal(
        'this server does not know what its tokens must be for',
        'Set RUNVOY_PUBLIC_URL or RUNVOY_GCP_PUSH_AUDIENCE.',
      );
    client ??= openVerifier(endpoint);
    const payload = await verify(await client, token, audience);
    if (!issuers.includes(payload.iss ?? '')) throw refusal('its token is not of Google');
    if (payload.email !== serviceAccount || payload.email_verified !== true)
      throw refusal('its token is of another account than RUNVOY_GCP_PUSH_SERVICE_ACCOUNT');
    if (verified.size >= rememberedTokens) verified.clear();
    verified.set(token, (payload.exp ?? 0) * 1000);
  };
}

interface TokenVerifier {
  /** Fetches Google's keys, which it keeps for as long as Google says. */
  getFederatedSignonCertsAsync(): Promise<unknown>;
  verifyIdToken(options: { idToken: string; audience: string }): Promise<{ getPayload(): Payload | undefined }>;
}

interface Payload {
  iss?: string;
  /** Seconds since the epoch. */
  exp?: number;
  email?: string | undefined;
  email_verified?: boolean | undefined;
}

async function openVerifier(endpoint: string | undefined): Promise<TokenVerifier> {
  const { OAuth2Client } = await import('google-auth-library');
  if (endpoint === undefined) return new OAuth2Client();
  return new OAuth2Client({ endpoints: { oauth2FederatedSignonPemCertsUrl: `http://${endpoint}/oauth2/v1/certs` } });
}

async function verify(client: TokenVerifier, idToken: string, audience: string): Promise<Payload> {
  try {
    // By itself, because a failure of this is Google's or ours, and the sender has to try again.
    await client.getFederatedSignonCertsAsync();
  } catch (error) {
    throw new RunvoyError('SERVICE_UNAVAILABLE', "Google's keys cannot be fetched", { cause: error });
  }
  try {
    return (await client.verifyIdToken({ idToken, audience })).getPayload() ?? {};
  } catch (error) {
    throw refusal('its token is forged, over, or for somebody else', undefined, error);
  }
}

function refusal(why: string, remedy?: string, cause?: unknown): RunvoyError {
  return new RunvoyError('UNAUTHORIZED', `the notification is not of this deployment's cloud: ${why}`, {
    field: 'Authorization',
    ...(remedy !== undefined && { remedy }),
    cause,
  });
}
