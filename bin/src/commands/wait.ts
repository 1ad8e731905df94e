import { setTimeout as delay } from 'node:timers/promises';
import type { api } from '@runvoy/core';
import type { Client } from '@runvoy/core/client';
import { isFinal } from '@runvoy/core/client';
import { isRunvoyError, RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { describeEnding, exitCodeOfEnding } from '../stream/ending.ts';
import { formatDuration, parseDuration } from '../values/duration.ts';

const firstPause = 200;
const longestPause = 3000;
/** A server that is being replaced comes back within this time. */
const patience = 5 * 60_000;

/** Waits until all have ended. The exit code is that of the first, in the order given, that did not succeed. */
export default async function wait(
  { ui, connect }: Context,
  ids: string[],
  options: { timeout?: string },
): Promise<number> {
  const timeout = options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout;
  const { client } = await connect();
  const endings = await Promise.all([...new Set(ids)].map((id) => waitForOne(client, id, deadline)));
  ui.result(endings, () => {
    for (const ending of endings)
      ui.line(`${ending.execution_id}  ${ending.status}  ${ending.exit_code ?? ''}`.trimEnd());
  });
  const unfinished = endings.filter((ending) => !isFinal(ending.status));
  if (unfinished.length > 0) {
    ui.warn(
      `Not ended after ${formatDuration(timeout!)}: ${unfinished.map((ending) => ending.execution_id).join(', ')}`,
    );
    return exitCodes.unknown;
  }
  const failed = endings.find((ending) => exitCodeOfEnding(ending) !== 0);
  if (!failed) return 0;
  if (ui.attended) ui.fail(describeEnding(failed));
  return exitCodeOfEnding(failed);
}

async function waitForOne(client: Client, id: string, deadline: number): Promise<api.ExecutionStatusResponse> {
  let lastAnswer: number | undefined;
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    try {
      const execution = await client.executionStatus(id);
      lastAnswer = performance.now();
      if (isFinal(execution.status) || lastAnswer >= deadline) return execution;
    } catch (error) {
      const passing = isRunvoyError(error, 'SERVICE_UNAVAILABLE') || isRunvoyError(error, 'RATE_LIMITED');
      const now = performance.now();
      if (!passing || lastAnswer === undefined || now - lastAnswer > patience) throw error;
      if (now >= deadline)
        throw new RunvoyError('CANCELLED', `${id} cannot be asked about: ${error.message}`, { cause: error });
    }
    await delay(Math.max(0, Math.min(pause, deadline - performance.now())));
  }
}
