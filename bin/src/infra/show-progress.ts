import type { Ui } from '../output/ui.ts';
import type { Progress } from './driver.ts';

/** A line for each resource that is begun or done; failures are said to scripts, too. */
export function showProgress(ui: Ui): Progress {
  return (resource, what) => {
    if (/fail|error/i.test(what)) ui.warn(`${resource}: ${what}`);
    else ui.note(`${resource} ${ui.colors.dim(what.toLowerCase().replaceAll('_', ' '))}`);
  };
}
