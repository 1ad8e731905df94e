import { fileURLToPath } from 'node:url';
import { alternate } from '../harness/alternate.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { runProgram } from '../harness/run-program.ts';

const program = fileURLToPath(new URL('../processes/cold-handler.cjs', import.meta.url));

/** CPU of a function of Lambda from its first instruction to its first answer, as the built bundles have it. */
export const lambdaCold: Bench = {
  name: 'lambda-cold',
  run: async () => {
    const figures = await alternate(11, {
      orchestrator: () => cpuOf('orchestrator'),
      processor: () => cpuOf('processor'),
      nothing: () => cpuOf('nothing'),
    });
    const row = (name: 'orchestrator' | 'processor'): Row => ({
      name: 'lambda-cold',
      path: `cold function of @runvoy/aws: ${name}, CPU`,
      subject: milliseconds(figures[name].median),
      ceiling: `an empty program ${milliseconds(figures.nothing.median)}`,
      result: figures[name].median,
      goal: { is: 'at most', limit: 250, unit: 'ms' },
    });
    return [row('orchestrator'), row('processor')];
  },
};

async function cpuOf(name: string): Promise<number> {
  return Number((await runProgram(process.execPath, [program, name])).tail);
}
