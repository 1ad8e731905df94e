import type { Ui } from '../output/ui.ts';
import type { Change } from './driver.ts';

const marks: Record<Change['action'], string> = { create: '+', import: '<', update: '~', replace: '±', delete: '-' };

/** Changes that lose data. */
export function losses(changes: readonly Change[]): Change[] {
  return changes.filter(({ action, holdsData }) => holdsData && (action === 'replace' || action === 'delete'));
}

/** On standard error, so that a question about it can follow; nothing is made yet. */
export function showPlan(ui: Ui, title: string, changes: readonly Change[]): void {
  const { colors } = ui;
  const paint = {
    create: colors.green,
    import: colors.green,
    update: colors.yellow,
    replace: colors.red,
    delete: colors.red,
  };
  const lost = new Set(losses(changes));
  const lines = changes.map((change) => {
    const { action, resource, type } = change;
    const loss = lost.has(change) ? colors.red(' holds data, which is lost') : '';
    return `  ${paint[action](`${marks[action]} ${action.padEnd(7)} ${resource}`)} ${colors.dim(type)}${loss}`;
  });
  ui.tell([`Plan for ${title}:`, ...lines, `  ${summary(changes)}`].join('\n'));
}

export function summary(changes: readonly Change[]): string {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  const parts = (Object.keys(marks) as Change['action'][])
    .map((action) => [count(action), action] as const)
    .filter(([number]) => number > 0);
  return parts.length === 0 ? 'no changes' : parts.map(([number, action]) => `${number} to ${action}`).join(', ');
}
