import type { Ui } from '../output/ui.ts';
import { formatDuration } from '../values/duration.ts';

export interface Progress {
  update(phase: string): void;
  stop(): void;
}

/** A spinner on standard error with what is going on and for how long; nothing unless a terminal shows it. */
export async function showProgress(phase: string, ui: Ui): Promise<Progress> {
  if (!ui.attended || !process.stderr.isTTY) return { update() {}, stop() {} };
  const { default: yoctoSpinner } = await import('yocto-spinner');
  const started = performance.now();
  let current = phase;
  // It would end the process on Ctrl-C by itself.
  const spinner = yoctoSpinner({ text: phase, stream: process.stderr, handleSignals: false }).start();
  const render = () => {
    const elapsed = performance.now() - started;
    spinner.text = elapsed < 1000 ? current : `${current} (${formatDuration(elapsed)})`;
  };
  const timer = setInterval(render, 500);
  return {
    update(next) {
      current = next;
      render();
    },
    stop() {
      clearInterval(timer);
      spinner.stop();
    },
  };
}
