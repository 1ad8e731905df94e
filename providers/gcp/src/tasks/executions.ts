import type { ExecutionsClient, protos } from '@google-cloud/run';
import type { LiveTask } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';
import { allPages, onePage } from '../connect/all-pages.ts';
import { executionIdIn } from './execution-id.ts';
import { isExecutionName, jobPath, lastSegment } from './names.ts';
import { millisecondsOf } from './task-state.ts';

type Execution = protos.google.cloud.run.v2.IExecution;

/** The longest that Cloud Run lets a task run, and a day for its start. */
const longestLifeMilliseconds = 8 * 24 * 3600 * 1000;
/** Clocks differ. */
const marginMilliseconds = 60_000;

/** Every execution that has not ended: Cloud Run lists the newest first, so the rest need not be looked at. */
export async function listLive(client: ExecutionsClient, config: GcpConfig): Promise<LiveTask[]> {
  const live: LiveTask[] = [];
  for await (const execution of newest(client, config, Date.now() - longestLifeMilliseconds)) {
    const executionId = executionIdIn(execution);
    const ref = lastSegment(execution.name ?? '');
    if (!execution.completionTime && executionId !== undefined) live.push({ executionId, ref });
  }
  return live;
}

/** The name of the execution that was started for an id at or after a time, if there is one. */
export async function findExecution(
  client: ExecutionsClient,
  config: GcpConfig,
  executionId: string,
  since: number,
): Promise<string | undefined> {
  for await (const execution of newest(client, config, since - marginMilliseconds))
    if (executionIdIn(execution) === executionId) return lastSegment(execution.name ?? '');
  return undefined;
}

async function* newest(client: ExecutionsClient, config: GcpConfig, since: number): AsyncGenerator<Execution> {
  // Of all Jobs at once.
  const parent = jobPath(config, '-');
  const list = (pageToken: string) => client.listExecutions({ parent, pageSize: 200, pageToken }, onePage);
  for await (const execution of allPages<Execution>(list)) {
    if ((millisecondsOf(execution.createTime) ?? 0) < since) return;
    if (isExecutionName(config, lastSegment(execution.name ?? ''))) yield execution;
  }
}
