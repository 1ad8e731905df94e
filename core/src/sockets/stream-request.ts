import { RunvoyError } from '../contract/errors.ts';
import { lineOfEvent } from '../logs/log-events.ts';
import { decodeCursor, type LogPosition, logStart } from '../logs/log-position.ts';
import type { Protocol } from './frames.ts';

/** What the URL of a stream asks for. */
export interface StreamRequest {
  executionId: string;
  token: string;
  protocol: Protocol;
  /** A cursor of protocol 2. */
  after?: string;
  /** The last event that a client of protocol 1 has; one that is unknown counts as none. */
  lastEventId?: string;
  /** `false`: the lines so far, and the end. */
  follow: boolean;
}

/** Reads the query of a stream's URL. Throws INVALID_REQUEST or, without a token, UNAUTHORIZED. */
export function parseStreamRequest(query: URLSearchParams): StreamRequest {
  const executionId = query.get('execution_id');
  if (!executionId) throw invalid('execution_id', 'is required');
  const protocol = query.get('protocol') ?? '1';
  if (protocol !== '1' && protocol !== '2') throw invalid('protocol', 'must be 1 or 2');
  const follow = query.get('follow') ?? '1';
  if (follow !== '0' && follow !== '1') throw invalid('follow', 'must be 0 or 1');
  const token = query.get('token');
  if (!token) {
    throw new RunvoyError('UNAUTHORIZED', 'token is required', { field: 'token', remedy });
  }
  const after = query.get('after');
  const lastEventId = query.get('last_event_id');
  return {
    executionId,
    token,
    protocol: protocol === '1' ? 1 : 2,
    ...(after && { after }),
    ...(lastEventId && { lastEventId }),
    follow: follow === '1',
  };
}

/** Where a request wants to begin. Throws INVALID_REQUEST for a cursor from elsewhere. */
export function startOf({ executionId, after, lastEventId }: StreamRequest): {
  position: LogPosition;
  skipLines: number;
} {
  if (after !== undefined) return { position: decodeCursor(executionId, after), skipLines: 0 };
  return { position: logStart, skipLines: (lastEventId !== undefined && lineOfEvent(lastEventId)) || 0 };
}

const remedy = 'Open the websocket_url that GET /api/v1/executions/{id}/logs gives, as it is.';

function invalid(field: string, problem: string): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', `${field} ${problem}`, { field, remedy });
}
