import type { Context } from '../context.ts';
import { mayGoOn } from './confirm.ts';
import type { InfraDriver } from './driver.ts';
import { showProgress } from './show-progress.ts';

/** Makes what must be there before anything can be planned, after a question; `false` when the answer is no. */
export async function prepare(context: Context, driver: InfraDriver, yes: boolean | undefined): Promise<boolean> {
  const { ui } = context;
  const preparation = await driver.preparation?.();
  if (!preparation || preparation.needs.length === 0) return true;
  const lines = preparation.needs.map((need) => `  ${ui.colors.green(`+ ${need}`)}`);
  ui.tell([`Before anything can be planned for ${driver.title}, this has to be made:`, ...lines].join('\n'));
  if (!(await mayGoOn(context, 'Make this?', yes))) return false;
  await preparation.run(showProgress(ui));
  return true;
}
