import type { CallOptions } from '@runvoy/core/provider';
import { findEndMarker } from '@runvoy/core/toolkit';
import type { CloudWatch } from '../clients/cloudwatch.ts';
import type { Dynamo } from '../clients/dynamo.ts';
import { isNamed } from '../clients/is-named.ts';
import { indexPartition } from '../logs/log-rows.ts';
import { streamOf } from '../logs/task-log.ts';
import { runnerName } from './definition.ts';
import { type Cause, findCause } from './output-form.ts';

export interface CausesOptions {
  dynamo: Dynamo;
  cloudWatch(): Promise<CloudWatch>;
  logTable: string;
  logGroup: string;
  now(): number;
}

const lifeSeconds = 30 * 24 * 3600;
const remembered = 1000;

/**
 * Why commands ended, where an exit code does not tell. ECS has no place for it, so it is in the last lines that the runner script prints:
 * noted down when they are delivered, and looked up in CloudWatch by those who may.
 */
export class Causes {
  readonly #options: CausesOptions;
  /** `none`: the output is known to its end, and there is no cause in it. */
  readonly #known = new Map<string, Cause | 'none'>();

  constructor(options: CausesOptions) {
    this.#options = options;
  }

  /** Notes down what delivered messages tell. Answers whether they are the end of the output. */
  async note(executionId: string, messages: readonly string[], call?: CallOptions): Promise<boolean> {
    const found = search(executionId, messages);
    if (!found) return false;
    this.#remember(executionId, found);
    // An exit code without a cause needs no explanation, unless it looks like one that does.
    const isPlain = messages.every((message) => !isOdd(findEndMarker(executionId, message)?.exitCode ?? 0));
    if (found === 'none' && isPlain) return true;
    const { dynamo, logTable, now } = this.#options;
    await dynamo.put(
      {
        TableName: logTable,
        Item: {
          ...keyOf(executionId),
          cause: { S: JSON.stringify(found) },
          expires_at: { N: String(Math.ceil(now() / 1000) + lifeSeconds) },
        },
      },
      call,
    );
    return true;
  }

  /** `undefined`: not known yet. */
  async find(executionId: string, taskId: string, call?: CallOptions): Promise<Cause | 'none' | undefined> {
    const known = this.#known.get(executionId);
    if (known !== undefined) return known;
    const found = (await this.#noted(executionId, call)) ?? (await this.#logged(executionId, taskId, call));
    if (found !== undefined) this.#remember(executionId, found);
    return found;
  }

  async #noted(executionId: string, call?: CallOptions): Promise<Cause | 'none' | undefined> {
    const { dynamo, logTable } = this.#options;
    const row = await dynamo.get({ TableName: logTable, Key: keyOf(executionId), ConsistentRead: true }, call);
    return row?.cause?.S === undefined ? undefined : (JSON.parse(row.cause.S) as Cause | 'none');
  }

  async #logged(executionId: string, taskId: string, call?: CallOptions): Promise<Cause | 'none' | undefined> {
    const { cloudWatch, logGroup } = this.#options;
    const input = {
      logGroupName: logGroup,
      logStreamNames: [streamOf(runnerName, taskId)],
      startTime: 0,
      filterPattern: `"### runvoy" "${executionId}"`,
    };
    const messages: string[] = [];
    try {
      for await (const events of (await cloudWatch()).events(input, call))
        messages.push(...events.map(({ message }) => message));
    } catch (error) {
      // Upstream's event processor may not read logs; it is told when they are delivered.
      if (!isNamed(error, 'AccessDeniedException')) throw error;
    }
    return search(executionId, messages);
  }

  #remember(executionId: string, cause: Cause | 'none'): void {
    this.#known.set(executionId, cause);
    if (this.#known.size > remembered) this.#known.delete(this.#known.keys().next().value as string);
  }
}

/** Exit codes that a shell also gives for something that was done to the command. */
export const isOdd = (exitCode: number): boolean => exitCode === 124 || exitCode > 128;

const keyOf = (executionId: string) => ({
  execution_id: { S: indexPartition(executionId) },
  event_key: { S: 'cause' },
});

function search(executionId: string, messages: readonly string[]): Cause | 'none' | undefined {
  for (const message of messages) {
    const cause = findCause(executionId, message);
    if (cause) return cause;
  }
  return messages.some((message) => findEndMarker(executionId, message)) ? 'none' : undefined;
}
