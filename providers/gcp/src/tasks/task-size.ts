import { RunvoyError } from '@runvoy/core/provider';

/** vCPUs that a Job may have, with the least and the most MiB of each: https://cloud.google.com/run/docs/configuring/jobs/memory-limits */
const sizes: readonly { vcpus: number; least: number; most: number }[] = [
  { vcpus: 1, least: 512, most: 4096 },
  { vcpus: 2, least: 512, most: 8192 },
  { vcpus: 4, least: 2048, most: 16_384 },
  { vcpus: 6, least: 4096, most: 24_576 },
  { vcpus: 8, least: 4096, most: 32_768 },
];

export interface TaskSize {
  vcpus: number;
  /** MiB. */
  memory: number;
  notes: string[];
}

/** The smallest size that Cloud Run has and that is enough, with a sentence for each thing that is more than what was asked for. */
export function taskSize({ cpu, memory }: { cpu: number; memory: number }): TaskSize {
  const size = sizes.find(({ vcpus, most }) => vcpus * 1024 >= cpu && most >= memory);
  if (!size) {
    throw new RunvoyError('INVALID_REQUEST', `Cloud Run has no size for ${cpu} CPU units and ${memory} MiB`, {
      field: cpu > 8192 ? 'cpu' : 'memory',
      remedy: 'Ask for at most 8192 CPU units and 32768 MiB.',
    });
  }
  const { vcpus, least } = size;
  const notes: string[] = [];
  if (vcpus * 1024 !== cpu)
    notes.push(`CPU raised from ${cpu} to ${vcpus * 1024} units, which is the next size that Cloud Run has`);
  if (least > memory) notes.push(`memory raised from ${memory} to ${least} MiB, which is the least for ${vcpus} vCPU`);
  return { vcpus, memory: Math.max(memory, least), notes };
}
