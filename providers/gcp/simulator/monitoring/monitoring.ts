import type { protos } from '@google-cloud/monitoring';

/** What was written to Cloud Monitoring of one project. */
export class Monitoring {
  /** Points of each series, oldest first. */
  readonly series = new Map<string, protos.google.monitoring.v3.ITimeSeries[]>();
  /** By metric type. */
  readonly descriptors = new Map<string, protos.google.api.IMetricDescriptor>();
}
