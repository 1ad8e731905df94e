import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { alternate, ratio, timed } from '../harness/alternate.ts';
import { type Bench, milliseconds } from '../harness/row.ts';
import { runToEnd, startRunvoy } from '../harness/runvoy.ts';

/** A trivial command from its submission by a resident client to its exit code. */
export const submit: Bench = {
  name: 'submit',
  run: async () => {
    const server = await startRunvoy();
    try {
      const { runvoy, direct } = await alternate(31, {
        runvoy: () => timed(() => runToEnd(server.client, 'true')),
        direct: () =>
          timed(async () => {
            const child = spawn('/bin/sh', ['-c', 'true'], { stdio: ['ignore', 'pipe', 'pipe'] });
            await once(child, 'close');
          }),
      });
      return [
        {
          name: 'submit',
          path: 'run true, resident client, submit → exit code',
          subject: milliseconds(runvoy.median),
          ceiling: `direct spawn ${milliseconds(direct.median)}`,
          result: ratio(runvoy, direct),
          goal: { is: 'at most', limit: 4 },
        },
      ];
    } finally {
      await server.stop();
    }
  },
};
