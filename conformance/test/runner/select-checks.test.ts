import { describe, expect, it } from 'vitest';
import { selectChecks } from '../../src/runner/select-checks.ts';
import { check } from '../support/fake.ts';

const all = ['store.get.absent', 'store.get.own', 'store.getter', 'logs.end'].map((id) => check(id, async () => {}));
const ids = (selection: Parameters<typeof selectChecks>[1]) => selectChecks(all, selection).map(({ id }) => id);

describe('selection', () => {
  it('takes ids and whole parts of them, in the order of the suite', () => {
    expect(ids({})).toHaveLength(4);
    expect(ids({ only: ['logs', 'store.get'] })).toEqual(['store.get.absent', 'store.get.own', 'logs.end']);
    expect(ids({ only: ['store.*'], skip: ['store.get.own', 'store.getter'] })).toEqual(['store.get.absent']);
  });

  it('refuses what names no check, with what was meant', () => {
    expect(() => ids({ only: ['stroe.get'] })).toThrow(
      expect.objectContaining({
        message: 'no check is called stroe.get',
        remedy: expect.stringContaining('store.get'),
      }),
    );
    expect(() => ids({ skip: ['nothing'] })).toThrow('no check is called nothing');
    expect(() => ids({ only: ['logs'], skip: ['logs'] })).toThrow('no check is left');
  });
});
