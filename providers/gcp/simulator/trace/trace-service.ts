import { invalidArgument } from '../cloud/cloud-error.ts';
import type { Method, Service } from '../wire/service.ts';

/** `google.devtools.cloudtrace.v2.Span`, as far as it is checked. */
export interface Span {
  /** `projects/*` with `/traces/{32 hexadecimal digits}/spans/{16 of them}` behind. */
  name: string;
  spanId: string;
  displayName: { value: string } | null;
}

const spanName = /^projects\/[^/]+\/traces\/[0-9a-f]{32}\/spans\/[0-9a-f]{16}$/;

const batchWrite: Method<{ name: string; spans: Span[] }, object> = {
  permission: () => 'cloudtrace.traces.patch',
  resource: ({ name }) => name,
  handle({ spans }, { project }) {
    for (const { name, displayName } of spans) {
      if (!spanName.test(name)) throw invalidArgument(`The span name '${name}' is invalid.`);
      if (!displayName?.value) throw invalidArgument('A span must have a display name.');
    }
    project.spans.push(...spans);
    return {};
  },
};

/** `google.devtools.cloudtrace.v2.TraceService`. */
export const traceService: Service = {
  package: 'trace',
  name: 'google.devtools.cloudtrace.v2.TraceService',
  methods: { BatchWriteSpans: batchWrite },
};
