import { invalidArgument } from '../cloud/cloud-error.ts';

const gibi = 2 ** 30;
/** vCPUs that jobs can have, with the least and the most memory of each. */
const sizes: Readonly<Record<string, readonly [from: number, to: number]>> = {
  1: [gibi / 2, 4 * gibi],
  2: [gibi / 2, 8 * gibi],
  4: [2 * gibi, 16 * gibi],
  6: [4 * gibi, 24 * gibi],
  8: [4 * gibi, 32 * gibi],
};
const defaults = { cpu: '1000m', memory: '512Mi' };
const units: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: gibi };

/** One container's: 1, 2, 4, 6 or 8 vCPUs, and the memory that goes with them. Floors as jobs have them: 1 vCPU, 512 MiB. */
export function checkResources(at: string, limits: Record<string, string>): void {
  for (const key of Object.keys(limits))
    if (key !== 'cpu' && key !== 'memory') throw invalidArgument(`${at}.resources.limits: '${key}' is not supported.`);
  const cpu = vcpus(limits.cpu ?? defaults.cpu);
  const range = sizes[cpu];
  if (!range)
    throw invalidArgument(
      `${at}.resources.limits.cpu: Invalid value specified for cpu: '${limits.cpu}'. Jobs can have 1, 2, 4, 6 or 8 vCPUs.`,
    );
  const memory = memoryBytes(limits);
  const [from, to] = range;
  if (Number.isNaN(memory) || memory < from || memory > to)
    throw invalidArgument(
      `${at}.resources.limits.memory: Invalid value specified for container memory: '${limits.memory}'. For ${cpu} CPU, memory must be between ${from / 2 ** 20}Mi and ${to / gibi}Gi inclusive.`,
    );
}

/** NaN when it is no quantity. */
export function memoryBytes(limits: Record<string, string> | null | undefined): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([A-Za-z]{0,2})$/.exec(limits?.memory ?? defaults.memory) ?? [];
  return Number(number) * (units[unit ?? ''] ?? Number.NaN);
}

const vcpus = (quantity: string): number =>
  quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
