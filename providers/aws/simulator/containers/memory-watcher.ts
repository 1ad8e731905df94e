import { readdirSync, readFileSync } from 'node:fs';

const everyMilliseconds = 200;
const pageBytes = 4096;

interface Watched {
  pid: number;
  limit: number;
  exceeded(): void;
}

interface Process {
  pid: number;
  parent: number;
  group: number;
  bytes: number;
}

const watched = new Set<Watched>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `exceeded` when the processes below (or in the group of) `pid` use more than so many bytes. One look at /proc serves all
 * containers. Answers with what ends the watch.
 */
export function watchMemory(pid: number, limit: number, exceeded: () => void): () => void {
  const entry = { pid, limit, exceeded };
  watched.add(entry);
  timer ??= setInterval(look, everyMilliseconds).unref();
  return () => {
    watched.delete(entry);
    if (watched.size > 0 || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function look(): void {
  const processes = readProcesses();
  for (const entry of [...watched]) {
    if (usedBytes(processes, entry.pid) > entry.limit) entry.exceeded();
  }
}

function usedBytes(processes: readonly Process[], root: number): number {
  const members = new Set([root]);
  let total = 0;
  // Children have mostly larger ids than their parents; the second pass finds those that have not.
  for (let pass = 0; pass < 2; pass++) {
    for (const { pid, parent, group } of processes) if (group === root || members.has(parent)) members.add(pid);
  }
  for (const { pid, bytes } of processes) if (members.has(pid)) total += bytes;
  return total;
}

/** Fields of proc(5)'s stat after the name in parentheses: state, ppid, pgrp, …; rss is the 22nd of them, in pages. */
function readProcesses(): Process[] {
  const processes: Process[] = [];
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return processes;
  }
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      processes.push({
        pid: Number(name),
        parent: Number(fields[1]),
        group: Number(fields[2]),
        bytes: Number(fields[21]) * pageBytes,
      });
    } catch {
      // It ended meanwhile.
    }
  }
  return processes;
}
