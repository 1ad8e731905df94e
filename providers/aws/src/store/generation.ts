import type { Dynamo } from '../clients/dynamo.ts';
import { lacksIndex, unknownLayout } from './lacks-index.ts';
import type { Generation } from './layout.ts';

/**
 * Which of upstream's schemas a deployment has. Its roles may not describe tables, so an index that only one of them has is
 * asked: once a process, when the answer is first needed, or ahead of that.
 */
export class Generations {
  readonly #dynamo: Dynamo;
  readonly #secretsTable: string;
  #found: Promise<Generation> | undefined;

  constructor(dynamo: Dynamo, secretsTable: string) {
    this.#dynamo = dynamo;
    this.#secretsTable = secretsTable;
  }

  find(): Promise<Generation> {
    this.#found ??= this.#ask().catch((error: unknown) => {
      this.#found = undefined;
      throw error;
    });
    return this.#found;
  }

  async #ask(): Promise<Generation> {
    try {
      await this.#dynamo.query({
        TableName: this.#secretsTable,
        IndexName: 'all-secret_name',
        KeyConditionExpression: '#all = :all',
        ExpressionAttributeNames: { '#all': '_all' },
        ExpressionAttributeValues: { ':all': { S: 'ALL' } },
        Limit: 1,
      });
      return 'main';
    } catch (error) {
      if (lacksIndex(error)) return 'released';
      const { name, message } = error as Error;
      if (name !== 'ValidationException') throw error;
      throw unknownLayout(this.#secretsTable, `its index all-secret_name is another one (${message})`, error);
    }
  }
}
