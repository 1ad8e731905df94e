import type { protos } from '@google-cloud/monitoring';
import type { HrTime } from '@opentelemetry/api';
import type { DataPoint, Histogram, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { GcpConfig } from '../config/config.ts';
import type { Clients } from '../connect/clients.ts';

type Series = protos.google.monitoring.v3.ITimeSeries;

/** https://cloud.google.com/monitoring/quotas#custom_metrics_quotas */
const seriesAtOnce = 200;

/**
 * Histograms to Cloud Monitoring. Google's own exporter is no longer kept (since 2026-10-30), and cannot be pointed anywhere
 * else; the way that it recommends, OTLP, would be one more protocol for a handful of series.
 */
export class CloudMetricExporter implements PushMetricExporter {
  readonly #config: GcpConfig;
  readonly #clients: Clients;
  readonly #onFailure: (error: unknown) => void;
  readonly #instance: string;

  /** `instance`: tells this process from others, whose points would be refused as older ones of the same series. */
  constructor(config: GcpConfig, clients: Clients, instance: string, onFailure: (error: unknown) => void) {
    this.#config = config;
    this.#clients = clients;
    this.#instance = instance;
    this.#onFailure = onFailure;
  }

  export(metrics: ResourceMetrics, done: (result: { code: number; error?: Error }) => void): void {
    this.#send(this.#seriesOf(metrics)).then(
      () => done({ code: 0 }),
      (error: Error) => {
        this.#onFailure(error);
        done({ code: 1, error });
      },
    );
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  async #send(series: Series[]): Promise<void> {
    const client = await this.#clients.monitoring();
    for (let at = 0; at < series.length; at += seriesAtOnce)
      await client.createTimeSeries({
        name: `projects/${this.#config.project}`,
        timeSeries: series.slice(at, at + seriesAtOnce),
      });
  }

  #seriesOf({ scopeMetrics }: ResourceMetrics): Series[] {
    const { project, region, deployment, observability } = this.#config;
    const resource = {
      type: 'generic_task',
      labels: { project_id: project, location: region, namespace: deployment, job: 'runvoy', task_id: this.#instance },
    };
    return scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ descriptor, dataPoints }) =>
        (dataPoints as DataPoint<Histogram>[]).map(
          (point): Series => ({
            metric: {
              type: `custom.googleapis.com/${observability.namespace}/${descriptor.name}`,
              labels: Object.fromEntries(
                Object.entries(point.attributes).map(([name, value]) => [name, String(value)]),
              ),
            },
            resource,
            metricKind: 'CUMULATIVE',
            valueType: 'DISTRIBUTION',
            unit: descriptor.unit,
            points: [
              {
                interval: { startTime: timestampOf(point.startTime), endTime: timestampOf(point.endTime) },
                value: { distributionValue: distributionOf(point.value) },
              },
            ],
          }),
        ),
      );
  }
}

function distributionOf({ count, sum = 0, buckets }: Histogram) {
  return {
    count,
    mean: count === 0 ? 0 : sum / count,
    bucketOptions: { explicitBuckets: { bounds: buckets.boundaries } },
    bucketCounts: buckets.counts,
  };
}

const timestampOf = ([seconds, nanos]: HrTime) => ({ seconds, nanos });
