import { expect, test, vi } from 'vitest';
import { useDeployment } from '../support/deployment.ts';

const deployment = useDeployment();
const enabled = { RUNVOY_GCP_OBSERVABILITY_ENABLED: 'true', RUNVOY_GCP_METRICS_NAMESPACE: 'acme' };

test('durations of calls are metrics of the namespace, and spans of the trace that the request is', async () => {
  const provider = await deployment.open(enabled);
  const requestId = '0123456789abcdef0123456789abcdef';
  expect(await provider.store.get('executions', 'none', { requestId })).toBeUndefined();
  await provider.close();
  const { monitoring, spans } = deployment.cloud.simulator.project(deployment.env.RUNVOY_GCP_PROJECT_ID!);
  const series = [...monitoring.series.values()].flat();
  expect(series.map(({ metric }) => [metric?.type, metric?.labels])).toContainEqual([
    'custom.googleapis.com/acme/provider_call_duration',
    { call: 'store.get', outcome: 'ok' },
  ]);
  expect(spans.map(({ name }) => name)).toContainEqual(expect.stringContaining(`traces/${requestId}/spans/`));
});

test('an outage of either is no failure of anything else', async () => {
  const stop = ['CreateTimeSeries', 'BatchWriteSpans'].map((method) =>
    deployment.cloud.simulator.inject({ method, code: 'UNAVAILABLE' }),
  );
  try {
    const provider = await deployment.open(enabled);
    await expect(provider.store.get('executions', 'none')).resolves.toBeUndefined();
    await vi.waitFor(() => provider.close(), { timeout: 15_000 });
  } finally {
    for (const resume of stop) resume();
  }
});
