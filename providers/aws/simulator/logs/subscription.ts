import { gzipSync } from 'node:zlib';
import type { Deployment } from '../deployment.ts';
import type { LogEvent, LogGroup, LogStream, Subscription } from './logs-state.ts';

/** As Lambda gets them: base64 of gzip of JSON, at least once. */
export function deliverBatch(
  deployment: Deployment,
  group: LogGroup,
  stream: LogStream,
  subscription: Subscription,
  events: readonly LogEvent[],
): void {
  const target = deployment.functionByArn(subscription.destinationArn);
  if (!target) return;
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: deployment.names.account,
    logGroup: group.name,
    logStream: stream.name,
    subscriptionFilters: [subscription.filterName],
    logEvents: events.map(({ id, timestamp, message }) => ({ id, timestamp, message })),
  };
  const event = { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
  // One channel a stream: what overtakes what is only asked within it.
  deployment.deliveries.send(`logs ${group.name} ${stream.name}`, deployment.knobs.logs, () =>
    target.invokeAsynchronously(event),
  );
}
