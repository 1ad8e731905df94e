import { readdirSync, readlinkSync } from 'node:fs';
import type { Provider } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import type { World } from '../../world.ts';
import { secret } from '../support/documents.ts';
import { eventually } from '../support/eventually.ts';
import { line, readTexts } from '../support/log-text.ts';
import { openResources } from '../support/open-resources.ts';
import { startTask, untilEnded } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `lifecycle.close.${what}`,
  level: 'MUST',
  facet: 'lifecycle',
  sentence,
  why,
  run,
});

/** How long what close has let go of may take to be gone. */
const releaseMs = 5000;

/** A little of everything, so that whatever is opened late is open. */
async function use({ store, secrets, tasks, logs, identities }: Provider): Promise<void> {
  await Promise.all([
    store.query('secrets', { index: 'all', limit: 1 }),
    secrets.list(),
    tasks.list(),
    tasks.templates(),
    logs.read('e'),
    identities.exists('nobody'),
  ]);
}

/** Open files of this process that lie in folders which the deployment's settings name. Only Linux tells. */
function openFiles({ env }: World): string[] {
  if (process.platform !== 'linux') return [];
  const folders = Object.entries(env)
    .filter(([name, value]) => process.env[name] !== value && /^\/.+\/./.test(value))
    .map(([, folder]) => folder);
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((path) => folders.some((folder) => path.startsWith(folder)))
    .sort();
}

export const closeChecks: readonly Check[] = [
  check(
    'twice',
    'Closing twice, or twice at the same time, is no error.',
    'A server would fail while it shuts down.',
    async (world) => {
      const other = await world.open();
      await Promise.all([other.close(), other.close()]);
      await other.close();
    },
  ),
  check(
    'unused',
    'A provider that was never used can be closed right after it was opened.',
    'A command line that only checks its settings would hang or fail.',
    async (world) => {
      const other = await world.open();
      await world.during('close of a provider that was never used', other.close());
    },
  ),
  check(
    'leaves-nothing',
    'close releases every timer, socket and process that open and the calls since then have opened.',
    'The process would never end by itself, and a server that reconnects would run out of memory.',
    async (world) => {
      const left = await openResources(async () => {
        const other = await world.open();
        await use(other);
        await other.close();
      });
      const open = await eventually(
        releaseMs,
        async () => left(),
        (found) => found.length === 0,
      );
      deepEqual(open, [], 'what is open still');
    },
  ),
  check(
    'leaves-no-file',
    'close releases every file that open and the calls since then have opened.',
    'A server that reconnects would run out of files.',
    async (world) => {
      const other = await world.open();
      await Promise.all([use(world.provider), use(other)]);
      await Promise.all([world.provider.close(), other.close()]);
      deepEqual(openFiles(world), [], 'the files of the deployment that are open still');
    },
  ),
  check(
    'others-go-on',
    'Closing one connection leaves the others of the same deployment as they are.',
    'One server that ends would take the others with it.',
    async (world) => {
      const other = await world.open();
      await other.store.insert('secrets', secret('a'));
      await other.secrets.put('a', 'value');
      await other.logs.append('e', [line('1', 'one')]);
      await other.close();
      equal((await world.provider.store.get('secrets', 'a'))?.secret_name, 'a', 'a document, on the connection left');
      equal(await world.provider.secrets.reveal('a'), 'value', 'a secret, on the connection left');
      deepEqual(await readTexts(world.provider.logs, 'e'), ['one'], 'a log, on the connection left');
    },
  ),
  check(
    'opened-again',
    'What was written before close is there when the deployment is opened again.',
    'A restart of the server would lose users, runs and logs.',
    async (world) => {
      const first = await world.open();
      await first.store.insert('secrets', secret('a'));
      await first.secrets.put('a', 'value');
      await first.logs.append('e', [line('1', 'one')], { end: true });
      await first.close();
      await world.provider.close();
      const again = await world.open();
      equal((await again.store.get('secrets', 'a'))?.secret_name, 'a', 'a document');
      equal(await again.secrets.reveal('a'), 'value', 'a secret');
      deepEqual(await readTexts(again.logs, 'e'), ['one'], 'a log');
      equal(await again.logs.ended('e'), true, 'the end of the log');
    },
  ),
  check(
    'tasks-go-on',
    'Tasks that run when the provider is closed go on, and how they end is known afterwards.',
    'Restarting the server would kill everything that runs, or forget how it ended.',
    async (world) => {
      const other = await world.open();
      const task = await startTask(world, 'sleep 1; exit 7', {}, other);
      await world.until('the task to run', async () => {
        const { phase } = await other.tasks.inspect(task);
        return phase === 'running' || phase === 'ended';
      });
      await other.close();
      const state = await untilEnded(world, task);
      deepEqual([state.reason, state.exitCode], ['exited', 7], 'reason and exit code');
    },
  ),
];
