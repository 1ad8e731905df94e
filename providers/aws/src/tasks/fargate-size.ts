import { RunvoyError } from '@runvoy/core/provider';

/** Lowest, highest and step of the memory in MiB that Fargate has for so many CPU units ("Task size" in the ECS developer guide). */
const memoryOf: ReadonlyMap<number, readonly [number, number, number]> = new Map([
  [256, [512, 2048, 1024]],
  [512, [1024, 4096, 1024]],
  [1024, [2048, 8192, 1024]],
  [2048, [4096, 16_384, 1024]],
  [4096, [8192, 30_720, 1024]],
  [8192, [16_384, 61_440, 4096]],
  [16_384, [32_768, 122_880, 8192]],
]);

/** The next size that Fargate has, with a note when it is another one. Throws INVALID_REQUEST for what it cannot have. */
export function fargateSize(cpu: number, memory: number): { cpu: number; memory: number; notes: string[] } {
  const range = memoryOf.get(cpu);
  if (!range) {
    throw new RunvoyError('INVALID_REQUEST', `Fargate has no tasks of ${cpu} CPU units`, {
      field: 'cpu',
      remedy: `Use one of ${[...memoryOf.keys()].join(', ')}.`,
    });
  }
  const [lowest, highest, step] = range;
  if (memory > highest) {
    throw new RunvoyError('INVALID_REQUEST', `with ${cpu} CPU units Fargate has at most ${highest} MiB of memory`, {
      field: 'memory',
      remedy: `Ask for ${lowest} to ${highest} MiB, or for more CPU.`,
    });
  }
  const fitting = memory <= lowest ? lowest : Math.ceil(memory / step) * step;
  const notes = fitting === memory ? [] : [`memory raised to ${fitting} MiB, the next size that Fargate has`];
  return { cpu, memory: fitting, notes };
}
