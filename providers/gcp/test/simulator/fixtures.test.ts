import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Entry, entryToJson } from '../../simulator/logging/entry.ts';
import type { Clients } from './support/clients.ts';
import { createJob, shell, start } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

const recorded = (name: string): Json => {
  const { _note, ...entry } = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
  return entry;
};

/** Every field by its path, with the kind of its value, and with the value where it is always the same. */
function shapeOf(value: Json, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((member, at) => shapeOf(member, `${path}[${at}]`));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, member]) => shapeOf(member, `${path}.${key}`));
  const isSame =
    /conditions\[\d\]\.(type|status|reason|severity)$|@type$|methodName$|serviceName$|\.status\.code$|Count$|apiVersion$|kind$/;
  return [isSame.test(path) ? `${path} = ${value}` : `${path}: ${typeof value}`];
}

interface Run {
  line?: string;
  cancel?: boolean;
  timeout?: number;
  exhaust?: boolean;
  names?: boolean;
}

async function entriesOf(clients: Clients, { line = 'echo hello', cancel, timeout = 300, exhaust, names = true }: Run) {
  const job = await createJob(clients, 'runvoy-alpine-1a2b3c4d', {
    labels: names ? {} : { runvoy: 'true' },
    timeout: { seconds: timeout },
    serviceAccount: `runvoy-job@${clients.project}.iam.gserviceaccount.com`,
    containers: [
      shell(line, { ...(names && { name: 'runner' }), env: [{ name: 'RUNVOY_EXECUTION_ID', value: 'exec_01' }] }),
    ],
  });
  const { name, over } = await start(clients, job);
  const { run, logging } = test.cloud.project(clients.project);
  if (cancel || exhaust)
    await expect
      .poll(() => logging.entries.some(({ textPayload }) => textPayload === 'on'), { timeout: 10_000 })
      .toBe(true);
  if (cancel) await clients.executions.cancelExecution({ name });
  if (exhaust) run.executions.get(name)!.exhaustMemory();
  await over;
  return logging.entries;
}

const find = (entries: readonly Entry[], log: string): Json => {
  const entry = entries.find(({ logName }) => logName.endsWith(log));
  return entryToJson(entry!) as Json;
};

/** What was recorded of the real cloud has these fields and no others. */
it.each<[fixture: string, log: string, run: Run]>([
  ['stdout-line', 'stdout', { names: false }],
  ['system-exit-line', 'system', {}],
  ['audit-succeeded', 'system_event', {}],
  ['audit-failed-nonzero', 'system_event', { line: 'exit 1' }],
  ['audit-failed-timeout', 'system_event', { line: 'exec sleep 30', timeout: 1 }],
  ['audit-failed-oom', 'system_event', { line: 'echo on; exec sleep 30', exhaust: true }],
  ['audit-cancelled', 'system_event', { line: 'echo on; exec sleep 30', cancel: true }],
])('%s', async (fixture, log, run) => {
  const entry = find(await entriesOf(test.fresh(), run), log);
  expect(shapeOf(entry).sort()).toEqual(shapeOf(recorded(fixture)).sort());
});
