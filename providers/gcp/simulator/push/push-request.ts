import { microseconds, rfc3339 } from '../cloud/time.ts';
import type { PushConfig, Subscription } from './pubsub-front.ts';

export interface ReceivedMessage {
  ackId: string;
  deliveryAttempt: number;
  message: {
    data: Uint8Array;
    attributes: Record<string, string>;
    messageId: string;
    publishTime: { seconds: string; nanos: number };
    orderingKey: string;
  };
}

/** One push as Pub/Sub sends it: wrapped in JSON, with some fields under two names, or the bare data. */
export function pushRequest(
  subscription: Subscription,
  config: PushConfig,
  { message, deliveryAttempt }: ReceivedMessage,
): { body: Buffer; headers: Record<string, string> } {
  const { data, attributes, messageId, orderingKey } = message;
  const common = { from: 'noreply@google.com', 'user-agent': 'CloudPubSub-Google' };
  const publishTime = rfc3339(microseconds(message.publishTime)).replace(/\d{3}Z$/, 'Z');
  if (config.noWrapper) {
    const metadata = {
      'x-goog-pubsub-subscription-name': subscription.name,
      'x-goog-pubsub-message-id': messageId,
      'x-goog-pubsub-publish-time': publishTime,
      ...attributes,
    };
    return { body: Buffer.from(data), headers: { ...common, ...(config.noWrapper.writeMetadata && metadata) } };
  }
  const wrapped = {
    ...(subscription.deadLetterPolicy && { deliveryAttempt }),
    message: {
      attributes,
      data: Buffer.from(data).toString('base64'),
      messageId,
      message_id: messageId,
      ...(orderingKey && { orderingKey }),
      publishTime,
      publish_time: publishTime,
    },
    subscription: subscription.name,
  };
  const body = Buffer.from(JSON.stringify(wrapped));
  return { body, headers: { ...common, 'content-type': 'application/json', 'content-length': String(body.length) } };
}
