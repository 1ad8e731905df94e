import type { HttpNotification, ReceivedNotification } from '@runvoy/core/provider';
import type { CallerCheck } from './caller-check.ts';
import { isFields, malformed } from './malformed.ts';
import { auditLogWritten, messagePublished } from './unwrap.ts';

/**
 * A push of Pub/Sub, an event of Eventarc (CloudEvents, binary or structured) or a request of Scheduler, once its sender has shown
 * that it is this deployment's. Rejects with UNAUTHORIZED, or INVALID_REQUEST for a body that is not JSON.
 */
export async function receive(
  { headers, body }: HttpNotification,
  checkCaller: CallerCheck,
): Promise<ReceivedNotification> {
  await checkCaller(headers.authorization);
  const raw = withAttributes(headers, parse(body));
  const sentAt = sentAtOf(raw);
  return { raw, ...(sentAt !== undefined && { sentAt }) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw malformed('the body is not JSON', 'body');
  }
}

/** In binary mode the attributes of an event are headers, and the body is its data alone. */
function withAttributes(headers: HttpNotification['headers'], data: unknown): unknown {
  const type = headers['ce-type'];
  if (type !== auditLogWritten && type !== messagePublished) return data;
  return { specversion: headers['ce-specversion'], type, time: headers['ce-time'], data };
}

/** Pub/Sub says when it took a message, and CloudEvents when they came to be; redeliveries say the same. */
function sentAtOf(raw: unknown): number | undefined {
  if (!isFields(raw)) return undefined;
  const message = isFields(raw.message)
    ? raw.message
    : isFields(raw.data) && isFields(raw.data.message)
      ? raw.data.message
      : {};
  const time = Date.parse(String(message.publishTime ?? raw.time));
  return Number.isNaN(time) ? undefined : time;
}
