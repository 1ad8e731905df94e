import type { Context } from '../context.ts';
import type { Change } from './driver.ts';
import { type InfraOptions, openDriver } from './options.ts';
import { prepare } from './prepare.ts';
import { losses, summary } from './show-plan.ts';
import { showProgress } from './show-progress.ts';

/** Shows what an apply would do, and makes nothing but what a plan itself needs. */
export async function plan(context: Context, options: InfraOptions): Promise<void> {
  const { ui } = context;
  const driver = await openDriver(context, options);
  if (!(await prepare(context, driver, options.yes))) return ui.tell('Nothing was changed.');
  ui.note(`Planning ${driver.title}; nothing is changed`);
  const planned = await driver.plan(showProgress(ui));
  await driver.discard(planned);
  const lost = new Set(losses(planned.changes));
  ui.result({ deployment: driver.title, changes: planned.changes }, () => {
    ui.table(
      [
        { title: 'Action', value: ({ action }) => action },
        { title: 'Resource', value: ({ resource }) => resource, shrinks: true },
        { title: 'Type', value: ({ type }) => type, shrinks: true },
        ...(lost.size > 0 ? [{ title: 'Data', value: (change: Change) => (lost.has(change) ? 'lost' : '') }] : []),
      ],
      planned.changes,
      'Everything is as the template has it',
    );
    ui.success(`${driver.title}: ${summary(planned.changes)}`);
  });
}
