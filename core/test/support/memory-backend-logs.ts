import type { BackendLogEntry, BackendLogs } from '../../src/provider.ts';

/** Reference of the `backendLogs` facet. */
export function createMemoryBackendLogs(now: () => number): BackendLogs {
  const written: (BackendLogEntry & { requestId: unknown })[] = [];
  return {
    async find(requestId) {
      return written
        .filter((entry) => entry.requestId === requestId)
        .map(({ time, text }) => ({ time, text }))
        .sort((a, b) => a.time - b.time);
    },
    write(line) {
      const fields = parseObject(line);
      const time = typeof fields.time === 'number' ? fields.time : now();
      written.push({ time, text: line, requestId: fields.request_id });
    },
  };
}

function parseObject(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}
