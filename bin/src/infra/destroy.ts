import type { Context } from '../context.ts';
import { mayDestroy, mayGoOn } from './confirm.ts';
import { type InfraOptions, openDriver, waits } from './options.ts';
import { showProgress } from './show-progress.ts';

/** Takes everything out again, after two questions; what holds data stays, unless --delete-data. */
export async function destroy(context: Context, options: InfraOptions): Promise<void> {
  const { ui } = context;
  const driver = await openDriver(context, options);
  const deleteData = options.deleteData ?? false;
  const { state, detail } = await driver.status();
  // What is left of a stack that was never made is in the way of the next one.
  if (state === 'absent' && detail !== 'REVIEW_IN_PROGRESS') {
    ui.result({ destroyed: false, detail }, () => ui.line(`There is nothing to destroy: ${driver.title}: ${detail}`));
    return;
  }
  if (state === 'busy') {
    ui.tell(`An operation is under way on ${driver.title}; following it first`);
    await driver.settle(showProgress(ui)).catch((error: Error) => ui.warn(error.message));
  }
  const data = deleteData ? 'Users, history and secrets are lost, too.' : 'Users, history and secrets stay.';
  const agreed =
    (await mayGoOn(context, `Destroy ${driver.title}? ${data}`, options.yes)) &&
    (await mayDestroy(
      context,
      'Nobody can run anything any more.',
      deleteData ? 'delete data' : 'destroy',
      options.yes,
    ));
  if (!agreed) {
    ui.tell('Nothing was changed.');
    return;
  }
  const wait = waits(options);
  const { kept } = await driver.destroy({ deleteData }, showProgress(ui), wait);
  ui.result({ destroyed: wait, kept }, () => {
    ui.success(wait ? `${driver.title} is gone` : 'Started');
    if (kept.length > 0) ui.line('Kept:');
    for (const each of kept) ui.line(`  ${each}`);
  });
}
