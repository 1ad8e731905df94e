import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionDocument } from '../contract/collections.ts';
import type { LogLine, LogNews } from '../contract/logs.ts';
import type { CallOptions, Logger, Provider } from '../contract/plugin.ts';
import { findEndMarker } from './end-marker.ts';
import { LineBatches, type LogEnd } from './line-batches.ts';
import { createMasker, type Masker } from './masking.ts';

/** Puts lines that a cloud delivers into the log: masked, and with the wrapper's end marker understood and left out. */
export interface Ingest {
  /**
   * Resolves once the lines are in the log. `false`: the execution has no record; then they are dropped, because there is nothing
   * to mask them with and nobody to see them.
   */
  append(executionId: string, lines: readonly LogLine[], call: CallOptions): Promise<boolean>;
  /** Whether this process has put the end of a log into it. */
  sawEnd(executionId: string): boolean;
  /** Appends what the cloud's own archive holds and the log does not. */
  fillGaps(executionId: string, call: CallOptions): Promise<void>;
}

const withheld =
  '*** (withheld: this line came after the run had ended and its secrets were gone, so it cannot be masked)';

type Hide = (lines: readonly LogLine[]) => readonly LogLine[];

export interface IngestDependencies {
  provider: Pick<Provider, 'logs' | 'secrets' | 'store' | 'receive'>;
  log: Logger;
  sleep?(milliseconds: number): Promise<void>;
  /** A run that is not known to run has printed something: on some clouds nothing else tells that it has started. */
  onStarted(execution: ExecutionDocument, requestId: string): Promise<unknown>;
}

export function createIngest({ provider, log, sleep = delay, onStarted }: IngestDependencies): Ingest {
  const { logs, secrets, store } = provider;
  const batches = new LineBatches({
    append: (...call) => logs.append(...call),
    ...(logs.exchange && { exchange }),
    gathers: provider.receive !== undefined,
    sleep,
    now: Date.now,
  });
  const hiders = recentlyUsed<string, Hide>(500);
  const looking = new Map<string, Promise<Hide | undefined>>();
  const starting = new Map<string, ExecutionDocument>();
  const ended = recentlyUsed<string, true>(500);

  /** Only order depends on it: whoever cannot ask waits a little longer. */
  async function exchange(executionId: string, held: LogLine[], call: CallOptions): Promise<LogNews | undefined> {
    try {
      return await logs.exchange!(executionId, held, call);
    } catch (error) {
      const { requestId } = call;
      log.warn({ request_id: requestId, execution_id: executionId, error }, 'could not ask others for missing lines');
      return undefined;
    }
  }

  /** Lines that come at once share one look. */
  function hiderOf(executionId: string, call: CallOptions): Promise<Hide | undefined> | Hide {
    const known = hiders.get(executionId) ?? looking.get(executionId);
    if (known) return known;
    const look = findHider(executionId, call).finally(() => looking.delete(executionId));
    looking.set(executionId, look);
    return look;
  }

  async function findHider(executionId: string, call: CallOptions): Promise<Hide | undefined> {
    const execution = await store.get('executions', executionId, call);
    if (!execution) return undefined;
    if (execution.status === 'STARTING') starting.set(executionId, execution);
    const bundle = execution.secrets_bundle && (await secrets.reveal(execution.secrets_bundle, call));
    if (bundle === undefined && mayHaveSecrets(execution)) return withholdAll;
    const hide = hideWith(
      bundle ? createMasker(Object.values(JSON.parse(bundle) as Record<string, string>)) : undefined,
    );
    hiders.set(executionId, hide);
    return hide;
  }

  async function notice(execution: ExecutionDocument, { requestId = '' }: CallOptions): Promise<void> {
    try {
      await onStarted(execution, requestId);
    } catch (error) {
      // Whoever asks for its status finds out, too.
      const { execution_id } = execution;
      log.warn({ request_id: requestId, execution_id, error }, 'could not note that a run has started');
    }
  }

  async function put(executionId: string, lines: readonly LogLine[], call: CallOptions): Promise<boolean> {
    const hide = await hiderOf(executionId, call);
    if (!hide) return false;
    const visible: LogLine[] = [];
    let end: LogEnd | undefined;
    for (const line of lines) {
      const marker = findEndMarker(executionId, line.text);
      if (!marker) visible.push(line);
      else {
        end = marker.counts ? { counts: marker.counts } : {};
        if (marker.before !== '') visible.push({ ...line, text: marker.before });
      }
    }
    if (visible.length > 0 || end) await batches.append(executionId, hide(visible), end, call);
    if (end) ended.set(executionId, true);
    return true;
  }

  return {
    async append(executionId, lines, call) {
      const isKnown = await put(executionId, lines, call);
      const started = starting.get(executionId);
      // Not waited for: should it find the end of the run, it waits for the rest of these lines.
      if (started && starting.delete(executionId)) void notice(started, call);
      return isKnown;
    },

    sawEnd: (executionId) => ended.has(executionId),

    async fillGaps(executionId, call) {
      if (!logs.archive) return;
      for await (const lines of logs.archive(executionId, call)) await put(executionId, lines, call);
    },
  };
}

/** A record that had a bundle keeps its name only while it runs; afterwards these are the traces of one. */
function mayHaveSecrets({ secrets_bundle, secret_names, git_repo, completed_at }: ExecutionDocument): boolean {
  if (secrets_bundle !== undefined) return true;
  return completed_at !== undefined && ((secret_names?.length ?? 0) > 0 || git_repo !== undefined);
}

const withholdAll: Hide = (lines) => lines.map((line) => ({ ...line, text: withheld }));

function hideWith(masker: Masker | undefined): Hide {
  if (!masker) return (lines) => lines;
  return (lines) => {
    const block = Buffer.from(lines.map((line) => line.text).join('\n'));
    const masked = masker.mask(block);
    if (masked === block) return lines;
    const texts = masked.toString().split('\n');
    return lines.map((line, index) => ({ ...line, text: texts[index] ?? '' }));
  };
}

/** A map that forgets what was set longest ago. */
function recentlyUsed<Key, Value>(limit: number): Map<Key, Value> {
  const map = new (class extends Map<Key, Value> {
    override set(key: Key, value: Value): this {
      super.set(key, value);
      if (this.size > limit) this.delete(this.keys().next().value as Key);
      return this;
    }
  })();
  return map;
}
