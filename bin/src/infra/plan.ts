import type { Context } from '../context.ts';
import { type InfraOptions, openDriver } from './options.ts';
import { prepare } from './prepare.ts';
import { showPlan, summary } from './show-plan.ts';

/** Shows what an apply would do, and makes nothing but what a plan itself needs. */
export async function plan(context: Context, options: InfraOptions): Promise<void> {
  const { ui } = context;
  const driver = await openDriver(context, options);
  if (!(await prepare(context, driver, options.yes))) return ui.tell('Nothing was changed.');
  ui.note('Planning; nothing is changed');
  const planned = await driver.plan();
  await driver.discard(planned);
  if (planned.changes.length > 0) showPlan(ui, driver.title, planned.changes);
  ui.result({ deployment: driver.title, changes: planned.changes }, () => ui.line(summary(planned.changes)));
}
