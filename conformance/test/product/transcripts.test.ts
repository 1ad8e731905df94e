import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { productChecks } from '../../src/checks/product/index.ts';

it('there is a transcript for every scenario, and none without one', () => {
  const files = readdirSync(new URL('../../transcripts/', import.meta.url));
  const expected = productChecks.map(({ id }) => `${id.replace(/^product\./, '')}.txt`);
  expect(files.sort()).toEqual(expected.sort());
});
