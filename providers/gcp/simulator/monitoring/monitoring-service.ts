import type { protos } from '@google-cloud/monitoring';
import { invalidArgument } from '../cloud/cloud-error.ts';
import { microseconds } from '../cloud/time.ts';
import type { Method, Service } from '../wire/service.ts';

type Series = protos.google.monitoring.v3.ITimeSeries;

const mostSeries = 200;
/** A series can be written only so often. */
const interval = 5e6;
const metricType = /^(custom|workload|external|prometheus)\.googleapis\.com\/.+$/;

const createTimeSeries: Method<protos.google.monitoring.v3.ICreateTimeSeriesRequest, object> = {
  permission: () => 'monitoring.timeSeries.create',
  resource: ({ name }) => name ?? '',
  handle({ timeSeries }, { project }) {
    const all = timeSeries ?? [];
    if (all.length === 0)
      throw invalidArgument('Field timeSeries had an invalid value: at least one TimeSeries must be specified.');
    if (all.length > mostSeries)
      throw invalidArgument(
        `Field timeSeries had an invalid value: at most ${mostSeries} TimeSeries can be written per request.`,
      );
    const { series } = project.monitoring;
    const wanted = all.map((each, at) => {
      check(each, at);
      return { key: keyOf(each), end: microseconds(each.points![0]!.interval!.endTime!), each };
    });
    if (new Set(wanted.map(({ key }) => key)).size < wanted.length)
      throw invalidArgument(
        'Field timeSeries had an invalid value: Duplicate TimeSeries encountered. Only one point can be written per TimeSeries per request.',
      );
    for (const { key, end } of wanted) {
      const last = series.get(key)?.at(-1);
      const before = last && microseconds(last.points![0]!.interval!.endTime!);
      if (before === undefined) continue;
      if (end <= before)
        throw invalidArgument(
          'Points must be written in order. One or more of the points specified had an older end time than the most recent point.',
        );
      if (end - before < interval)
        throw invalidArgument(
          'One or more points were written more frequently than the maximum sampling period configured for the metric.',
        );
    }
    for (const { key, each } of wanted) series.set(key, [...(series.get(key) ?? []), each]);
    return {};
  },
};

const createDescriptor: Method<
  protos.google.monitoring.v3.ICreateMetricDescriptorRequest,
  protos.google.api.IMetricDescriptor
> = {
  permission: () => 'monitoring.metricDescriptors.create',
  resource: ({ name }) => name ?? '',
  handle({ name, metricDescriptor }, { project }) {
    const type = metricDescriptor?.type ?? '';
    if (!metricType.test(type)) throw invalidArgument(`Field metricDescriptor.type had an invalid value of "${type}".`);
    const stored = { ...metricDescriptor, name: `${name}/metricDescriptors/${type}` };
    project.monitoring.descriptors.set(type, stored);
    return stored;
  },
};

/** `google.monitoring.v3.MetricService`: writing, and nothing else of it. */
export const monitoringService: Service = {
  package: 'monitoring',
  name: 'google.monitoring.v3.MetricService',
  methods: { CreateTimeSeries: createTimeSeries, CreateMetricDescriptor: createDescriptor },
};

function check({ metric, points }: Series, at: number): void {
  if (!metricType.test(metric?.type ?? ''))
    throw invalidArgument(`Field timeSeries[${at}].metric.type had an invalid value of "${metric?.type}".`);
  if (points?.length !== 1)
    throw invalidArgument(`Field timeSeries[${at}].points had an invalid value: exactly one point must be written.`);
  if (!points[0]!.interval?.endTime)
    throw invalidArgument(`Field timeSeries[${at}].points[0].interval.endTime is required.`);
}

/** What makes a series the same series. */
const keyOf = ({ metric, resource }: Series): string =>
  JSON.stringify([metric!.type, sorted(metric!.labels), resource?.type, sorted(resource?.labels)]);

const sorted = (labels: Record<string, string> | null | undefined) => Object.entries(labels ?? {}).sort();
