import type { Deployment } from '../deployment.ts';

interface Published {
  source: string;
  'detail-type': string;
  resources: string[];
  detail: object;
}

/** The two rules of upstream's stack: changes of our cluster's tasks to RUNNING or STOPPED, and the hourly schedule. */
export class EventBus {
  readonly #deployment: Deployment;
  #schedule: NodeJS.Timeout | undefined;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  publish(event: Published): void {
    const { account, region } = this.#deployment.names;
    const envelope = {
      version: '0',
      id: this.#deployment.random.uuid(),
      'detail-type': event['detail-type'],
      source: event.source,
      account,
      time: `${new Date(this.#deployment.now()).toISOString().slice(0, 19)}Z`,
      region,
      resources: event.resources,
      detail: event.detail,
    };
    if (this.#matches(event)) this.#deliver(envelope);
  }

  #matches({ source, detail }: Published): boolean {
    if (source !== 'aws.ecs') return false;
    const { clusterArn, lastStatus } = detail as { clusterArn?: string; lastStatus?: string };
    return clusterArn === this.#deployment.clusterArn && (lastStatus === 'RUNNING' || lastStatus === 'STOPPED');
  }

  /** The target's fixed input, not an envelope: rule `P-health-reconcile`. */
  fireSchedule(): void {
    this.#deliver({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      detail: { runvoy_event: 'health_reconcile' },
    });
  }

  /** Fires by itself from now on; upstream's rule is `rate(1 hour)`. */
  startSchedule(milliseconds: number): void {
    this.stopSchedule();
    this.#schedule = setInterval(() => this.fireSchedule(), milliseconds).unref();
  }

  stopSchedule(): void {
    clearInterval(this.#schedule);
  }

  #deliver(event: object): void {
    const { deliveries, knobs, processor } = this.#deployment;
    // What is delivered later must not have changed.
    const copy = JSON.parse(JSON.stringify(event));
    deliveries.send('events', knobs.events, () => processor.invokeAsynchronously(copy));
  }
}
