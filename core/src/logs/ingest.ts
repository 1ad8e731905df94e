import type { ExecutionDocument } from '../contract/collections.ts';
import type { LogLine } from '../contract/logs.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import { findEndMarker } from './end-marker.ts';
import { createMasker, type Masker } from './masking.ts';

/** Puts lines that a cloud delivers into the log: masked, and with the wrapper's end marker understood and left out. */
export interface Ingest {
  /** Lines of an execution that has no record are dropped: there is nothing to mask them with and nobody to see them. */
  append(executionId: string, lines: readonly LogLine[], call: CallOptions): Promise<void>;
  /** Appends what the cloud's own archive holds and the log does not. */
  fillGaps(executionId: string, call: CallOptions): Promise<void>;
}

const withheld =
  '*** (withheld: this line came after the run had ended and its secrets were gone, so it cannot be masked)';

type Hide = (lines: readonly LogLine[]) => readonly LogLine[];

export function createIngest({ provider }: { provider: Pick<Provider, 'logs' | 'secrets' | 'store'> }): Ingest {
  const { logs, secrets, store } = provider;
  const hiders = recentlyUsed<string, Hide>(500);
  /** The last append of each execution: those of one process keep their order, though each looks something up first. */
  const turns = new Map<string, Promise<void>>();

  async function hiderOf(executionId: string, call: CallOptions): Promise<Hide | undefined> {
    const known = hiders.get(executionId);
    if (known) return known;
    const execution = await store.get('executions', executionId, call);
    if (!execution) return undefined;
    const bundle = execution.secrets_bundle && (await secrets.reveal(execution.secrets_bundle, call));
    if (bundle === undefined && mayHaveSecrets(execution)) return withholdAll;
    const hide = hideWith(
      bundle ? createMasker(Object.values(JSON.parse(bundle) as Record<string, string>)) : undefined,
    );
    hiders.set(executionId, hide);
    return hide;
  }

  async function append(executionId: string, lines: readonly LogLine[], call: CallOptions): Promise<void> {
    const hide = await hiderOf(executionId, call);
    if (!hide) return;
    const visible: LogLine[] = [];
    let end = false;
    for (const line of lines) {
      const marker = findEndMarker(executionId, line.text);
      if (!marker) visible.push(line);
      else {
        end = true;
        if (marker.before !== '') visible.push({ ...line, text: marker.before });
      }
    }
    if (visible.length > 0 || end) await logs.append(executionId, hide(visible), end ? { end } : {}, call);
  }

  const ingest: Ingest = {
    append(executionId, lines, call) {
      const before = turns.get(executionId) ?? Promise.resolve();
      const turn = before.catch(() => undefined).then(() => append(executionId, lines, call));
      turns.set(executionId, turn);
      const forget = () => {
        if (turns.get(executionId) === turn) turns.delete(executionId);
      };
      turn.then(forget, forget);
      return turn;
    },

    async fillGaps(executionId, call) {
      if (!logs.archive) return;
      for await (const lines of logs.archive(executionId, call)) await ingest.append(executionId, lines, call);
    },
  };
  return ingest;
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
