import { type Microseconds, timestamp } from '../cloud/time.ts';
import type { Condition } from './types.ts';

/** In the order in which the real service lists them. */
export type ConditionType = 'Completed' | 'ResourcesAvailable' | 'Started' | 'ContainerReady' | 'Retry';

export function condition(
  type: ConditionType,
  state: 'CONDITION_PENDING' | 'CONDITION_RECONCILING' | 'CONDITION_FAILED' | 'CONDITION_SUCCEEDED',
  time: Microseconds,
  more: Omit<Condition, 'type' | 'state' | 'lastTransitionTime'> = {},
): Condition {
  return { type, state, lastTransitionTime: timestamp(time), ...more };
}

/** Puts it in the place of the one of its type. */
export function setCondition(conditions: Condition[], changed: Condition): void {
  const at = conditions.findIndex(({ type }) => type === changed.type);
  if (at < 0) conditions.push(changed);
  else conditions[at] = changed;
}
