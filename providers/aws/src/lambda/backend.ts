import { writeSync } from 'node:fs';
import { openServerless, type Serverless } from '@runvoy/core';
import plugin from '../index.ts';
import { streamUrl } from '../sockets/stream-url.ts';

/** Upstream's event processor has 10 s, and the last lines of a run come as a notification of their own. */
const maximumWaitSeconds = 5;

export interface LambdaOptions {
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Takes each line of the log, with its newline. Default: standard error, which Lambda keeps. */
  writeLog?: (line: string) => void;
}

/** The process may be frozen as soon as it has answered. */
const writeAtOnce = (line: string): void => void writeSync(2, line);

/** What handlers of the same process share; `env` is that of the function. */
export function openLambdaBackend(
  env: Record<string, string | undefined>,
  role: 'orchestrator' | 'processor',
  { now, writeLog = writeAtOnce }: LambdaOptions = {},
): Promise<Serverless> {
  const endpoint = env.RUNVOY_AWS_WEBSOCKET_API_ENDPOINT;
  return openServerless({
    env: { ...env, RUNVOY_ROLE: role, RUNVOY_BACKEND_PROVIDER: 'aws' },
    maximumWaitSeconds,
    builtins: { aws: async () => ({ default: plugin }) },
    ...(endpoint && { streamUrl: streamUrl(endpoint) }),
    writeLog,
    ...(now && { now }),
  });
}

/** What Lambda's runtime for Node.js passes beside an event, as far as it is used here. */
export interface LambdaContext {
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** While the function is loaded, which Lambda gives a whole processor for. Whoever invokes it is told what went wrong. */
export function startEarly(backend: () => Promise<Serverless>): void {
  backend().catch(() => undefined);
}
