import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../.ci/release/bundle.ts';
import { lambdaFunctions } from '../../.ci/release/lambda-functions.ts';
import { alternate } from '../harness/alternate.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { runProgram } from '../harness/run-program.ts';

const root = resolve(import.meta.dirname, '../..');
const program = fileURLToPath(new URL('../processes/cold-handler.cjs', import.meta.url));

/** CPU of a function of Lambda from its first instruction to its first answer, as it is released. */
export const lambdaCold: Bench = {
  name: 'lambda-cold',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runvoy-lambda-'));
    try {
      const fileOf = async (name: keyof typeof lambdaFunctions) => {
        const file = join(folder, `${name}.cjs`);
        writeFileSync(file, (await bundle(root, lambdaFunctions[name])).code);
        return file;
      };
      const [orchestrator, processor] = [await fileOf('runvoy-orchestrator'), await fileOf('runvoy-event-processor')];
      const figures = await alternate(11, {
        orchestrator: () => cpuOf('orchestrator', orchestrator),
        processor: () => cpuOf('processor', processor),
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
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function cpuOf(...args: string[]): Promise<number> {
  return Number((await runProgram(process.execPath, [program, ...args])).tail);
}
