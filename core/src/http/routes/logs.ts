import type { LogsResponse } from '../../api/index.ts';
import { logsQuery, logsResponse } from '../../api/schemas.ts';
import type { ExecutionDocument, ExecutionStatus } from '../../contract/collections.ts';
import { type LogEventPage, readLogEvents } from '../../logs/log-events.ts';
import type { Call } from '../call.ts';
import { limitParameter, queryOf, textParameter } from '../query.ts';
import { encodeText } from '../response.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { streamUrl } from '../stream-url.ts';
import { execution } from './executions.ts';

/** An execution that is being stopped counts as over here, as upstream's clients expect. */
const over: ReadonlySet<ExecutionStatus> = new Set(['SUCCEEDED', 'FAILED', 'STOPPED', 'TERMINATING']);
const maximumLimit = 10_000;
const defaultLimit = 1_000;
/** Of text in one page: lines can be long. */
const pageBytes = 4 * 1024 * 1024;

export const logRoutes: Route[] = [
  defineRoute<undefined, ExecutionDocument>({
    operation: 'getExecutionLogs',
    tag: 'Executions',
    summary: 'The log of an execution, or where to follow it',
    description:
      'Of an execution that has ended: all lines. Of one that has not: null, and a URL to follow it on. With limit or after, in either case: a page of the lines so far, and in `next` where to go on, for as long as more may come.',
    method: 'GET',
    path: '/executions/:id/logs',
    access: { resource: execution },
    query: logsQuery,
    responses: { 200: { description: 'Lines in the order of their arrival', schema: logsResponse } },
    errors: ['NOT_FOUND'],
    failure: 'failed to get execution logs',
    async handle(call) {
      const query = queryOf(call);
      const limit = limitParameter(call, query, { minimum: 1, maximum: maximumLimit });
      const after = textParameter(query, 'after');
      const { resource } = call;
      if (limit !== undefined || after !== undefined) return onePage(call, resource, limit ?? defaultLimit, after);
      if (over.has(resource.status)) return wholeLog(call, resource);
      return { status: 200, json: await describe(call, resource, null) };
    },
  }),
];

/** With the stream's URL in any case: only clients that read an ended log from a stream, too, ask for pages. */
async function onePage(call: Call, execution: ExecutionDocument, limit: number, after?: string): Promise<Reply> {
  const page = await readPage(call, limit, after);
  const body = await describe(call, execution, page.events, true);
  return { status: 200, json: page.ended ? body : { ...body, next: page.next } };
}

/** A long log is sent page by page, so that it never rests in memory as a whole. */
async function wholeLog(call: Call, execution: ExecutionDocument): Promise<Reply> {
  const first = await readPage(call);
  const body = await describe(call, execution, first.events);
  if (isLast(first)) return { status: 200, json: body };

  const { execution_id, events: _, ...rest } = body;
  let page: LogEventPage = first;
  let separator = `{"execution_id":${JSON.stringify(execution_id)},"events":[`;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (separator === ',') page = await readPage(call, undefined, page.next);
      if (page.events.length > 0) controller.enqueue(encodeText(separator + JSON.stringify(page.events).slice(1, -1)));
      separator = ',';
      if (!isLast(page)) return;
      controller.enqueue(encodeText(`],${JSON.stringify(rest).slice(1)}\n`));
      controller.close();
    },
  });
  return { status: 200, stream };
}

/** Of an execution that is being stopped the log has no end yet: what there is is over with an empty page. */
function isLast({ ended, events }: LogEventPage): boolean {
  return ended || events.length === 0;
}

function readPage({ runvoy, context, parameter }: Call, limit?: number, after?: string): Promise<LogEventPage> {
  return readLogEvents((options) => runvoy.executions.logs(parameter, options, context), parameter, {
    maximumBytes: pageBytes,
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
  });
}

async function describe(
  call: Call,
  execution: ExecutionDocument,
  events: LogsResponse['events'],
  withUrl = !over.has(execution.status),
): Promise<LogsResponse> {
  const url = withUrl ? await streamUrl(call, execution) : undefined;
  return {
    execution_id: execution.execution_id,
    events,
    status: execution.status,
    ...(url !== undefined && { websocket_url: url }),
    ...(execution.logs_complete !== undefined && { logs_complete: execution.logs_complete }),
  };
}
