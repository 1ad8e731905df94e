import type { Transport, TransportRequest, TransportResponse } from '@runvoy/core/client';
import { RunvoyError } from '@runvoy/core/provider';
import { formatDuration } from '../values/duration.ts';

/** Bounds every request; log streams are not requests and may last. */
export function withDeadline(transport: Transport, milliseconds: number): Transport {
  return {
    request: (request) => requestWithin(transport, request, milliseconds),
    openSocket: (url) => transport.openSocket(url),
    close: () => transport.close(),
  };
}

async function requestWithin(
  transport: Transport,
  request: TransportRequest,
  milliseconds: number,
): Promise<TransportResponse> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, milliseconds);
  if (request.signal?.aborted) abort();
  request.signal?.addEventListener('abort', abort);
  try {
    return await transport.request({ ...request, signal: controller.signal });
  } catch (error) {
    if (!controller.signal.aborted || request.signal?.aborted) throw error;
    throw new RunvoyError('SERVICE_UNAVAILABLE', `the server did not answer within ${formatDuration(milliseconds)}`, {
      field: '--timeout',
      remedy: 'Try again, or give a longer --timeout before the name of the command (0: none).',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', abort);
  }
}
