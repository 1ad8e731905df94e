import type { CallOptions, Plumbing, PlumbingFinding } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import type { Templates } from '../tasks/templates.ts';
import { keep, keepPublisher } from './keep.ts';
import { expiryPolicies, type Resource, schedulerJob, sinks, subscriptions, topics } from './resources.ts';

/** Cloud Run itself shows an execution for a week; nobody asks for its end that long after it. */
const forgottenMilliseconds = 24 * 3600 * 1000;

export interface PlumbingParts {
  config: GcpConfig;
  lifecycle: Lifecycle;
  templates: Templates;
}

/** Topics, sinks and their grants, subscriptions, the Scheduler job, Firestore's expiry, Jobs that nobody needs any more. */
export class GcpPlumbing implements Plumbing {
  readonly #parts: PlumbingParts;

  constructor(parts: PlumbingParts) {
    this.#parts = parts;
  }

  async check(call?: CallOptions): Promise<PlumbingFinding[]> {
    const { config, lifecycle } = this.#parts;
    lifecycle.enter(call);
    const kept = async () => {
      // In this order: subscriptions and sinks need topics.
      const made = await this.#keepAll(topics(config));
      const rest = await Promise.all([this.#keepSinks(), this.#keepEntrances(), this.#keepExpiry(), this.#sweep()]);
      return [made, ...rest].flat();
    };
    return lifecycle.settle(kept(), call);
  }

  async #keepAll(resources: readonly Resource[]): Promise<PlumbingFinding[]> {
    const kept = await Promise.all(resources.map((resource) => keep(this.#parts.config, resource)));
    return kept.flatMap(({ findings }) => findings);
  }

  async #keepSinks(): Promise<PlumbingFinding[]> {
    const { config } = this.#parts;
    const found = await Promise.all(
      sinks(config).map(async (sink) => {
        const { current, findings } = await keep(config, sink);
        const topic = String(sink.wanted.destination).replace(/^.*\//, '');
        const writer = current?.writerIdentity;
        return typeof writer === 'string' ? [...findings, ...(await keepPublisher(config, topic, writer))] : findings;
      }),
    );
    return found.flat();
  }

  /** What calls us has to know where. */
  async #keepEntrances(): Promise<PlumbingFinding[]> {
    const { config } = this.#parts;
    const { processorUrl } = config.push;
    if (processorUrl !== undefined) {
      const url = `${processorUrl}/notifications`;
      return this.#keepAll([...subscriptions(config, url), schedulerJob(config, url)]);
    }
    const message =
      'it is not known where this server can be reached, so no output and no events arrive: set RUNVOY_PUBLIC_URL or RUNVOY_GCP_PROCESSOR_URL';
    return [{ type: 'setting', id: 'RUNVOY_PUBLIC_URL', message, severity: 'error', repaired: false }];
  }

  async #keepExpiry(): Promise<PlumbingFinding[]> {
    const { config } = this.#parts;
    // The emulator has no such policies.
    return config.firestore.emulator === undefined ? this.#keepAll(expiryPolicies(config)) : [];
  }

  async #sweep(): Promise<PlumbingFinding[]> {
    const removed = await this.#parts.templates.sweep(Date.now() - forgottenMilliseconds);
    return removed.map((id) => ({
      type: 'cloud_run_job',
      id,
      message: 'its image is gone, and so are its last executions; removed',
      severity: 'warning',
      repaired: true,
    }));
  }
}
