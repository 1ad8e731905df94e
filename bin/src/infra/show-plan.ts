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
  ui.tell(`Plan for ${title}:`);
  for (const { action, resource, type, holdsData } of changes) {
    const loses = holdsData && (action === 'replace' || action === 'delete');
    ui.tell(
      `  ${paint[action](`${marks[action]} ${action.padEnd(7)} ${resource}`)} ${colors.dim(type)}${loses ? colors.red(' holds data, which is lost') : ''}`,
    );
  }
  ui.tell(summary(changes));
}

export function summary(changes: readonly Change[]): string {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  const parts = (Object.keys(marks) as Change['action'][])
    .map((action) => [count(action), action] as const)
    .filter(([number]) => number > 0);
  return parts.length === 0 ? 'No changes' : parts.map(([number, action]) => `${number} to ${action}`).join(', ');
}
