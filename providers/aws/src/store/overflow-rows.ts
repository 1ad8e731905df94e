import type { CallOptions } from '@runvoy/core/provider';
import type { Dynamo } from '../clients/dynamo.ts';
import { partsOf, type Row } from './attribute.ts';
import { isCurrent, isMoved, joinParts, moveOut, partKeys, previewOf, referencesOf } from './overflow.ts';
import type { Fields, Rows } from './rows.ts';

/**
 * Values that are too large for their row, in rows of the table of stream tokens, where no older server looks. They are
 * written before the row that refers to them, so that no reader ever misses one.
 */
export class OverflowRows {
  readonly #dynamo: Dynamo;
  readonly #table: string;

  constructor(dynamo: Dynamo, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** The fields with previews in the place of what was moved out, and the references by field. */
  async moveOut(rows: Rows, fields: Fields, call?: CallOptions): Promise<{ fields: Fields; references: Fields }> {
    const references: Fields = {};
    let shown = fields;
    for (const [field, value] of Object.entries(fields)) {
      if (!rows.layout.attributes[field]?.large || !isMoved(value)) continue;
      const { reference, rows: parts } = moveOut(value);
      await Promise.all(
        parts.map(({ key, bytes }) =>
          this.#dynamo.put({ TableName: this.#table, Item: { token: { S: key }, value: { B: bytes } } }, call),
        ),
      );
      references[field] = reference;
      shown = { ...shown, [field]: previewOf(value) };
    }
    return { fields: shown, references };
  }

  /** Puts the whole values into a document that was read from a row. */
  async moveIn(rows: Rows, row: Row, document: Fields, call?: CallOptions): Promise<Fields> {
    for (const [name, reference] of referencesOf(row)) {
      const field = Object.keys(rows.layout.attributes).find((key) => rows.attribute(key).name === name);
      if (field === undefined) continue;
      const parts = await Promise.all(
        partKeys(reference).map((key) =>
          this.#dynamo.get({ TableName: this.#table, Key: { token: { S: key } }, ConsistentRead: true }, call),
        ),
      );
      const whole = parts.every((part) => part?.value?.B) ? joinParts(parts.map((part) => part!.value!.B!)) : undefined;
      if (whole !== undefined && isCurrent(document[field], whole)) document[field] = whole;
    }
    return document;
  }

  /** What a row that is gone, or was never written, referred to. Nobody else does, so a failure only leaves it behind. */
  async discard(references: Iterable<string>): Promise<void> {
    const keys = [...references].flatMap(partKeys);
    await Promise.allSettled(
      keys.map((token) => this.#dynamo.remove({ TableName: this.#table, Key: { token: { S: token } } })),
    );
  }

  /** The attributes that hold references, for a whole row. */
  attributesOf(rows: Rows, references: Fields): Row {
    return Object.fromEntries(
      Object.entries(references).map(([field, reference]) => [
        partsOf(rows.attribute(field).name),
        { S: reference as string },
      ]),
    );
  }
}
