import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmulators } from '@runvoy/conformance/emulators';
import { bundle } from '../../.ci/release/bundle.ts';
import { lambdaFunctions } from '../../.ci/release/lambda-functions.ts';
import { alternate } from '../harness/alternate.ts';
import { type Bench, milliseconds, type Row } from '../harness/row.ts';
import { runProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

interface Subject {
  path: string;
  /** Below `bench/processes`; prints the milliseconds of CPU that it has used. */
  program: string;
  args: string[];
  limit: number;
}

const root = resolve(import.meta.dirname, '../..');
const nothing = { program: 'cold-function.cjs', args: ['nothing'] };
const server: Subject = {
  path: 'cold server of @runvoy/gcp: orchestrator, with a look into Firestore, CPU',
  program: 'cold-server.cjs',
  args: [],
  limit: 900,
};

/** CPU of a new process on a cloud from its first instruction to its first answer, as it is built or released. */
export const cloudCold: Bench = {
  name: 'cloud-cold',
  run: async () => {
    await using emulators = await openEmulators({ wanted: ['firestore'] });
    const [missing] = [...emulators.missing.values()];
    const folder = temporaryFolder('functions');
    const functions = [
      await lambda('orchestrator', 'runvoy-orchestrator', folder),
      await lambda('processor', 'runvoy-event-processor', folder),
    ];
    const subjects = missing === undefined ? [...functions, server] : functions;
    const env = { ...emulators.env, RUNVOY_BENCH_CACHE: temporaryFolder('cache') };
    const cpuOf = async ({ program, args }: Pick<Subject, 'program' | 'args'>) => {
      const file = fileURLToPath(new URL(`../processes/${program}`, import.meta.url));
      return Number((await runProgram(process.execPath, [file, ...args], env)).tail);
    };
    const figures = await alternate(11, {
      ...Object.fromEntries(subjects.map((subject) => [subject.path, () => cpuOf(subject)])),
      nothing: () => cpuOf(nothing),
    });
    const rows = subjects.map(({ path, limit }): Row => {
      const { median } = figures[path as 'nothing'];
      return {
        name: 'cloud-cold',
        path,
        subject: milliseconds(median),
        ceiling: `an empty program ${milliseconds(figures.nothing.median)}`,
        result: median,
        goal: { is: 'at most', limit, unit: 'ms' },
      };
    });
    if (missing === undefined) return rows;
    return [...rows, { name: 'cloud-cold', path: server.path, subject: '', ceiling: '', note: missing }];
  },
};

async function lambda(name: string, released: keyof typeof lambdaFunctions, folder: string): Promise<Subject> {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(file, (await bundle(root, lambdaFunctions[released])).code);
  return {
    path: `cold function of @runvoy/aws: ${name}, CPU`,
    program: 'cold-function.cjs',
    args: [name, file],
    limit: 250,
  };
}
