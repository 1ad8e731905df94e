import { type Fields, isFields, malformed, textOf } from './malformed.ts';

/** What reconciliation is asked for with: our own body of the Scheduler job. */
export const reconcileType = 'runvoy.reconcile';

export const messagePublished = 'google.cloud.pubsub.topic.v1.messagePublished';
export const auditLogWritten = 'google.cloud.audit.log.v1.written';

/**
 * The LogEntries, or requests of our own, that a notification carries: in a Pub/Sub push or pull, in an Eventarc event, or as they
 * are. What is none of these gives nothing.
 */
export function unwrap(raw: unknown): Fields[] {
  if (!isFields(raw)) return [];
  if (Array.isArray(raw.receivedMessages))
    return raw.receivedMessages.flatMap((received) => {
      if (!isFields(received)) throw malformed('a received message must be an object', 'receivedMessages');
      return contentOf(received.message);
    });
  if ('message' in raw && 'subscription' in raw) return contentOf(raw.message);
  if (raw.type === messagePublished) {
    if (!isFields(raw.data)) throw malformed('the data of an event must be an object', 'data');
    return contentOf(raw.data.message);
  }
  if (raw.type === auditLogWritten) {
    if (!isFields(raw.data)) throw malformed('the data of an event must be an object', 'data');
    return [raw.data];
  }
  return raw.type === reconcileType || 'logName' in raw ? [raw] : [];
}

/** Of a message of Pub/Sub, whose data is base64 of JSON. */
function contentOf(message: unknown): Fields[] {
  if (!isFields(message)) throw malformed('the message must be an object', 'message');
  const data = textOf(message, 'data', 'message');
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(data, 'base64').toString());
  } catch {
    throw malformed('the data of the message is not base64 of JSON', 'message.data');
  }
  return isFields(content) ? [content] : [];
}
