/** Memory sizes in MiB that Fargate has for so many CPU units: "Task size" in the ECS developer guide. */
const memoryByCpu: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16384, 1024),
  4096: steps(8192, 30720, 1024),
  8192: steps(16384, 61440, 4096),
  16384: steps(32768, 122880, 8192),
};

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_none, at) => from + at * by);
}

/** `256` or `.25 vCPU`; `undefined` for what is neither. */
export function cpuUnits(text: string): number | undefined {
  const match = /^(\d*\.?\d+)\s*(vcpu)?$/i.exec(text.trim());
  if (!match) return undefined;
  return match[2] === undefined ? Number(match[1]) : Math.round(Number(match[1]) * 1024);
}

/** `512`, or `0.5 GB`. */
export function memoryMegabytes(text: string): number | undefined {
  const match = /^(\d*\.?\d+)\s*(gb)?$/i.exec(text.trim());
  if (!match) return undefined;
  return match[2] === undefined ? Number(match[1]) : Math.round(Number(match[1]) * 1024);
}

export const isFargateSize = (cpu: number, memory: number): boolean => memoryByCpu[cpu]?.includes(memory) ?? false;
