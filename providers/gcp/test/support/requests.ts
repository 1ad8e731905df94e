import type { HttpNotification } from '@runvoy/core/provider';
import { pushAudience, type TestCloud } from './cloud.ts';

const requestOf = (token: string, raw: unknown): HttpNotification => ({
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify(raw),
});

type Environment = Record<string, string>;

const accountOf = (env: Environment): string => `runvoy-push@${env.RUNVOY_GCP_PROJECT_ID}.iam.gserviceaccount.com`;

/** As Pub/Sub pushes: signed by Google, for the audience of the subscription, as the push account. */
export function genuineRequest({ simulator }: TestCloud, raw: unknown, env: Environment): HttpNotification {
  return requestOf(simulator.tokens.identityToken(accountOf(env), pushAudience), raw);
}

export function forgedRequests(
  { simulator: { tokens } }: TestCloud,
  raw: unknown,
  env: Environment,
): HttpNotification[] {
  const pushAccount = accountOf(env);
  const seconds = Math.floor(Date.now() / 1000);
  const genuine = tokens.identityToken(pushAccount, pushAudience);
  const [head = '', payload = '', signature = ''] = genuine.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  const tokensOfOthers = [
    tokens.identityToken(pushAccount, 'https://another.example.com'),
    tokens.identityToken('somebody@any-project.iam.gserviceaccount.com', pushAudience),
    tokens.identityToken(pushAccount, pushAudience, { email_verified: false }),
    tokens.identityToken(pushAccount, pushAudience, { email: undefined }),
    tokens.identityToken(pushAccount, pushAudience, { iss: 'https://accounts.example.com' }),
    tokens.identityToken(pushAccount, pushAudience, { iat: seconds - 90_000, exp: seconds - 86_400 }),
    `${head}.${changed}.${signature}`,
    `${unsigned}.${payload}.`,
    `${head}.${payload}`,
  ];
  return tokensOfOthers.map((token) => requestOf(token, raw));
}
