import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '@runvoy/core/provider';
import { endMarker, findEndMarker, type Lifecycle } from '@runvoy/core/toolkit';
import type { LogArchive } from '../logs/archive.ts';
import type { EndedState } from './task-state.ts';

const remembered = 2000;
/** The last line of a task may come later than the news of its end. */
const waits = [250, 500, 1000, 2000, 4000];
/** The exit code of a wrapper that has not run the command. */
const notStartedCode = 125;

/**
 * What the wrapper's last line says beside the exit code. Cloud Run tells only the code, and a command that died by SIGTERM has the
 * same one as a command that called `exit 143`.
 */
export class EndRemarks {
  readonly #archive: LogArchive;
  readonly #lifecycle: Lifecycle;
  readonly #remarks = new Map<string, string>();

  constructor(archive: LogArchive, lifecycle: Lifecycle) {
    this.#archive = archive;
    this.#lifecycle = lifecycle;
  }

  /** Of a line that has just come by. */
  notice(executionId: string, line: string): void {
    const marker = findEndMarker(executionId, line);
    if (!marker) return;
    this.#remarks.set(executionId, marker.remark ?? '');
    if (this.#remarks.size > remembered) this.#remarks.delete(this.#remarks.keys().next().value!);
  }

  /** The end with what the remark adds to it; it is looked for only where the code leaves a doubt. */
  async explain(
    executionId: string,
    executionName: string,
    state: EndedState,
    call: CallOptions | undefined,
  ): Promise<EndedState> {
    const { exitCode = 0 } = state;
    if (state.reason !== 'exited' || (exitCode <= 128 && exitCode !== notStartedCode)) return state;
    const remark = await this.#find(executionId, executionName, call);
    if (remark === 'signal') {
      const { exitCode: _, ...ended } = state;
      return { ...ended, reason: 'signalled', signal: exitCode - 128 };
    }
    if (remark !== 'not-started') return state;
    const detail = 'its git checkout or its secrets could not be prepared; the log says why';
    const { exitCode: _, ...ended } = state;
    return { ...ended, reason: 'start-failed', detail };
  }

  async #find(executionId: string, executionName: string, call: CallOptions | undefined): Promise<string | undefined> {
    for (const wait of [...waits, undefined]) {
      const known = this.#remarks.get(executionId);
      if (known !== undefined) return known;
      const line = await this.#archive.find(executionName, endMarker(executionId, '').trimEnd(), call);
      if (line !== undefined) this.notice(executionId, line);
      else if (wait === undefined) return undefined;
      else await this.#lifecycle.settle(delay(wait), call);
    }
    return this.#remarks.get(executionId);
  }
}
