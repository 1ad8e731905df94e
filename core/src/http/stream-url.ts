import type { ExecutionDocument } from '../contract/collections.ts';
import type { Call } from './call.ts';

/** The path that viewers' sockets are opened on. */
export const streamPath = '/stream';

/** Where the caller can follow an execution, with a new token; `undefined`, and a warning in the log, when none can be made. */
export async function streamUrl(call: Call, execution: ExecutionDocument): Promise<string | undefined> {
  const { context, runvoy } = call;
  try {
    const token = await runvoy.executions.streamToken(execution, context.principal);
    const id = encodeURIComponent(execution.execution_id);
    const base = call.settings.streamUrl ?? `${socketBase(call)}${streamPath}`;
    return `${base}?execution_id=${id}&token=${encodeURIComponent(token)}`;
  } catch (error) {
    call.log.warn(
      { request_id: context.requestId, execution_id: execution.execution_id, error },
      'no stream token could be made',
    );
    return undefined;
  }
}

function socketBase({ request, settings }: Call): string {
  if (settings.publicUrl !== undefined) return settings.publicUrl.replace(/^http/, 'ws').replace(/\/+$/, '');
  const { url } = request;
  const hostStart = url.indexOf('//') + 2;
  const host = url.slice(hostStart, url.indexOf('/', hostStart));
  // A client that lies about the protocol misleads only itself: the URL is its own.
  const forwarded = request.headers.get('x-forwarded-proto');
  const secure = forwarded === null ? url.startsWith('https:') : forwarded.split(',')[0]?.trim() === 'https';
  return `${secure ? 'wss' : 'ws'}://${host}`;
}
