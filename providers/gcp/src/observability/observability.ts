import { hash, randomUUID } from 'node:crypto';
import type { CallOptions, Logger, Provider } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';
import type { Clients } from '../connect/clients.ts';
import { CloudMetricExporter } from './metric-exporter.ts';
import { CloudSpanExporter } from './span-exporter.ts';

export interface Observability {
  /** The provider, with every call into a facet measured. */
  observe(provider: Provider): Provider;
  /** Sends what is left. Never rejects. */
  close(): Promise<void>;
}

const exportMilliseconds = 60_000;
/** A failure of the exporters is told so often at most. */
const complaintMilliseconds = 600_000;
const facets = ['store', 'secrets', 'tasks', 'logs', 'identities'] as const;
/** Iterated over for as long as somebody watches: not a call with a duration. */
const unmeasured = new Set(['watch', 'archive', 'close']);

/** Durations and outcomes of all calls into Google Cloud, by OpenTelemetry. Nothing here can fail a call. */
export async function openObservability(config: GcpConfig, clients: Clients, log: Logger): Promise<Observability> {
  const [api, metrics, traces] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/sdk-trace-base'),
  ]);
  let complainedAt = 0;
  const complain = (error: unknown) => {
    if (Date.now() - complainedAt < complaintMilliseconds) return;
    complainedAt = Date.now();
    log.warn({ error }, 'metrics or traces cannot be sent; runs are not affected');
  };
  const exporter = new CloudMetricExporter(config, clients, randomUUID(), complain);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: exportMilliseconds });
  const meters = new metrics.MeterProvider({ readers: [reader] });
  const tracers = new traces.BasicTracerProvider({
    spanProcessors: [new traces.BatchSpanProcessor(new CloudSpanExporter(config, complain))],
  });
  const tracer = tracers.getTracer('runvoy');
  const durations = meters.getMeter('runvoy').createHistogram('provider_call_duration', { unit: 'ms' });

  /** All spans of a request are one trace, whose id is that of the request. */
  const contextOf = (requestId: string | undefined) => {
    if (requestId === undefined || !/^[0-9a-f]{32}$/.test(requestId)) return api.ROOT_CONTEXT;
    const spanId = hash('sha256', requestId, 'hex').slice(0, 16);
    const parent = { traceId: requestId, spanId, traceFlags: api.TraceFlags.SAMPLED, isRemote: true };
    return api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
  };

  function measured<F extends object>(facet: F, name: string): F {
    return new Proxy(facet, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member, target);
        if (typeof value !== 'function') return value;
        if (typeof member !== 'string' || unmeasured.has(member)) return value.bind(target);
        return async (...args: unknown[]) => {
          const call = `${name}.${member}`;
          const requestId = args.map((arg) => (arg as CallOptions | undefined)?.requestId).find(isText);
          const started = performance.now();
          const span = tracer.startSpan(call, {}, contextOf(requestId));
          let outcome = 'ok';
          try {
            return await value.apply(target, args);
          } catch (error) {
            outcome = String((error as { code?: unknown }).code ?? 'error');
            throw error;
          } finally {
            durations.record(performance.now() - started, { call, outcome });
            span.setAttribute('outcome', outcome).end();
          }
        };
      },
    });
  }

  return {
    observe(provider) {
      const observed = Object.fromEntries(facets.map((facet) => [facet, measured(provider[facet], facet)]));
      return { ...provider, ...observed };
    },
    async close() {
      await Promise.allSettled([meters.shutdown(), tracers.shutdown()]);
    },
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
