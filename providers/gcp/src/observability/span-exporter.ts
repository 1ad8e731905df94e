import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { GcpConfig } from '../config/config.ts';
import { googleFetch } from '../connect/google-fetch.ts';

/** Spans to Cloud Trace, by its REST API; see `CloudMetricExporter` for why not by Google's exporter. */
export class CloudSpanExporter implements SpanExporter {
  readonly #config: GcpConfig;
  readonly #onFailure: (error: unknown) => void;

  constructor(config: GcpConfig, onFailure: (error: unknown) => void) {
    this.#config = config;
    this.#onFailure = onFailure;
  }

  export(spans: ReadableSpan[], done: (result: { code: number; error?: Error }) => void): void {
    this.#send(spans).then(
      () => done({ code: 0 }),
      (error: Error) => {
        this.#onFailure(error);
        done({ code: 1, error });
      },
    );
  }

  async shutdown(): Promise<void> {}

  async #send(spans: ReadableSpan[]): Promise<void> {
    const { project } = this.#config;
    const body = { spans: spans.map((span) => spanOf(project, span)) };
    const path = `/v2/projects/${project}/traces:batchWrite`;
    const { status } = await googleFetch(this.#config, 'cloudtrace', path, { method: 'POST', body });
    if (status !== 200) throw new Error(`Cloud Trace answered with ${status}`);
  }
}

function spanOf(project: string, span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  const attributes = Object.entries(span.attributes).map(([name, value]) => [
    name,
    { stringValue: { value: String(value) } },
  ]);
  return {
    name: `projects/${project}/traces/${traceId}/spans/${spanId}`,
    spanId,
    ...(span.parentSpanContext && { parentSpanId: span.parentSpanContext.spanId }),
    displayName: { value: span.name },
    startTime: timeOf(span.startTime),
    endTime: timeOf(span.endTime),
    attributes: { attributeMap: Object.fromEntries(attributes) },
  };
}

/** RFC 3339. */
const timeOf = ([seconds, nanos]: HrTime): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
