import type { api } from '@runvoy/core';
import { isFinal } from '@runvoy/core/client';
import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { formatTime, parseTime } from '../values/time.ts';

export interface ListOptions {
  limit: string;
  status?: string;
  createdBy?: string;
  image?: string;
  since?: string;
  until?: string;
  cursor?: string;
}

export default async function list({ ui, connect }: Context, options: ListOptions): Promise<void> {
  const query = buildQuery(options, Date.now());
  const { client } = await connect();
  const page = await client.listExecutions(query);
  ui.result(page, () => {
    ui.table(
      [
        { title: 'Execution ID', value: (execution: api.Execution) => execution.execution_id },
        { title: 'Status', value: (execution) => execution.status },
        { title: 'Exit', value: (execution) => (isFinal(execution.status) ? execution.exit_code : '') },
        { title: 'Command', value: (execution) => execution.command, shrinks: true },
        { title: 'User', value: (execution) => execution.created_by, shrinks: true, droppable: true },
        { title: 'Started (UTC)', value: (execution) => formatTime(execution.started_at) },
        {
          title: 'Duration',
          droppable: true,
          value: ({ duration_seconds: seconds }) => (seconds === undefined ? '' : `${seconds} s`),
        },
      ],
      page.executions,
      'No executions',
    );
    if (page.cursor !== undefined) ui.note(`There are more: add --cursor ${page.cursor}, or --limit 0 for all`);
  });
}

function buildQuery(options: ListOptions, now: number): api.ExecutionListQuery {
  if (!/^\d+$/.test(options.limit))
    throw new RunvoyError(
      'INVALID_REQUEST',
      `--limit must be a whole number, not negative: ${JSON.stringify(options.limit)}`,
      {
        field: '--limit',
        remedy: 'Write --limit 50, or --limit 0 for all.',
      },
    );
  const time = (text: string, field: string) => new Date(parseTime(text, field, now)).toISOString();
  return {
    limit: Number(options.limit),
    ...(options.status === undefined ? {} : { status: options.status.toUpperCase().replaceAll(' ', '') }),
    ...(options.createdBy === undefined ? {} : { created_by: options.createdBy }),
    ...(options.image === undefined ? {} : { image: options.image }),
    ...(options.since === undefined ? {} : { since: time(options.since, '--since') }),
    ...(options.until === undefined ? {} : { until: time(options.until, '--until') }),
    ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
  };
}
