import type { Change, ExecutionDocument } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import type { World } from '../../world.ts';
import { execution } from '../support/documents.ts';

type When = NonNullable<Change<ExecutionDocument>['when']>;

/** Whether an update of this document under this condition applied; fails when the answer and the document do not agree. */
async function applies({ provider: { store } }: World, more: Partial<ExecutionDocument>, when: When): Promise<boolean> {
  await store.insert('executions', execution('e-1', more));
  const answer = await store.update('executions', 'e-1', { set: { reason: 'changed' }, when });
  const kept = await store.get('executions', 'e-1');
  const expected = execution('e-1', answer === undefined ? more : { ...more, reason: 'changed' });
  deepEqual(
    kept,
    expected,
    `the document after update resolved to ${answer === undefined ? 'undefined' : 'a document'}`,
  );
  return answer !== undefined;
}

const condition = (
  name: string,
  expected: boolean,
  sentence: string,
  more: Partial<ExecutionDocument>,
  when: When,
): Check => ({
  id: `store.when.${name}`,
  level: 'MUST',
  facet: 'store',
  sentence,
  why: expected
    ? 'A change that is due would never be made: a run would stay as it is for ever.'
    : 'A late event would turn a finished run back into a running one.',
  async run(world) {
    equal(await applies(world, more, when), expected, `whether an update applies under ${JSON.stringify(when)}`);
  },
});

export const conditionChecks: readonly Check[] = [
  condition(
    'value-holds',
    true,
    'update applies when a field equals the value of its condition.',
    {},
    { status: 'STARTING' },
  ),
  condition(
    'value-fails',
    false,
    'update changes nothing and resolves to undefined when a field has another value.',
    {},
    { status: 'RUNNING' },
  ),
  condition(
    'value-absent',
    false,
    'A condition with a value does not hold for a field that is absent.',
    {},
    { task_ref: 't' },
  ),
  condition(
    'any-of-holds',
    true,
    'A condition with several values holds when the field equals one of them.',
    { status: 'RUNNING' },
    { status: ['STARTING', 'RUNNING'] },
  ),
  condition(
    'any-of-fails',
    false,
    'A condition with several values does not hold when the field equals none of them.',
    { status: 'STOPPED' },
    { status: ['STARTING', 'RUNNING'] },
  ),
  condition('any-of-none', false, 'A condition with an empty list of values never holds.', {}, { status: [] }),
  condition('null-holds', true, 'A condition with null holds when the field is absent.', {}, { task_ref: null }),
  condition(
    'null-fails',
    false,
    'A condition with null does not hold when the field is present.',
    { task_ref: 't' },
    { task_ref: null },
  ),
  condition(
    'null-empty-text',
    false,
    'A condition with null does not hold when the field is an empty text.',
    { reason_detail: '' },
    { reason_detail: null },
  ),
  condition(
    'null-zero',
    false,
    'A condition with null does not hold when the field is 0.',
    { exit_code: 0 },
    { exit_code: null },
  ),
  condition(
    'false-holds',
    true,
    'A condition with false holds when the field is false.',
    { logs_complete: false },
    { logs_complete: false },
  ),
  condition(
    'false-absent',
    false,
    'A condition with false does not hold when the field is absent.',
    {},
    { logs_complete: false },
  ),
  condition(
    'number-holds',
    true,
    'A condition with a number holds when the field is that number.',
    { timeout_seconds: -7 },
    { timeout_seconds: -7 },
  ),
  condition(
    'number-as-text',
    false,
    'A condition with a number does not hold when the field is the text of that number.',
    { reason_detail: '7' },
    { reason_detail: 7 } as unknown as When,
  ),
  condition(
    'all-hold',
    true,
    'update applies when every one of several conditions holds.',
    { exit_code: 0 },
    { status: 'STARTING', exit_code: 0, task_ref: null },
  ),
  condition(
    'one-of-several-fails',
    false,
    'update changes nothing when one of several conditions does not hold.',
    { exit_code: 0 },
    { status: 'STARTING', exit_code: 0, image_id: 'other' },
  ),
  condition(
    'case-differs',
    false,
    'A condition with a text does not hold when the field differs in case only.',
    { reason: 'Lost' },
    { reason: 'lost' },
  ),
];
