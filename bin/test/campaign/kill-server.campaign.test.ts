import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient, createNodeTransport } from '@runvoy/core/client';
import { freePort } from '@runvoy/core/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const kills = Number(process.env.RUNVOY_CAMPAIGN_KILLS ?? 100);
const runsPerKill = 3;
const linesPerRun = 300;
const seed = Number(process.env.RUNVOY_CAMPAIGN_SEED ?? Date.now() % 1_000_000);
const launcher = fileURLToPath(new URL('../../runvoy.cjs', import.meta.url));

/** Notes that it began, prints numbered lines on both streams for about a third of a second, and fails with its own code. */
const command = `echo begun >> "$NOTES"
i=0
while [ $i -lt ${linesPerRun} ]; do
  if [ $((i % 3)) = 0 ]; then echo "line $i" >&2; else echo "line $i"; fi
  i=$((i+1))
  [ $((i % 25)) = 0 ] && sleep 0.03
done
exit 7`;

/** Small and repeatable: the seed is printed. */
function createRandom(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

let folder: string;
let port: number;
let server: ChildProcess | undefined;
let apiKey: string | undefined;

async function startServer(): Promise<void> {
  const child = spawn(process.execPath, [launcher, 'serve', '--json'], {
    env: {
      ...process.env,
      RUNVOY_HOME: folder,
      RUNVOY_PORT: String(port),
      RUNVOY_RATE_LIMIT: '0',
      RUNVOY_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server = child;
  const [line] = await new Promise<string[]>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.split('\n'));
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  apiKey ??= JSON.parse(line!).admin.api_key;
}

async function killServer(): Promise<void> {
  const ended = new Promise((resolve) => server!.once('exit', resolve));
  server!.kill('SIGKILL');
  await ended;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runvoy-campaign-'));
  port = await freePort();
  await startServer();
});

afterAll(async () => {
  server?.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

/** Until it is accepted: the same key makes the repetitions one run. */
async function submit(client: Client, key: string): Promise<string> {
  for (;;) {
    try {
      const notes = join(folder, `${key}.notes`);
      const { execution_id } = await client.run({ command, env: { NOTES: notes } }, { idempotencyKey: key });
      return execution_id;
    } catch (error) {
      if (!['SERVICE_UNAVAILABLE', 'CONFLICT', 'DATABASE_ERROR'].includes((error as { code: string }).code))
        throw error;
      await delay(20);
    }
  }
}

async function follow(client: Client, executionId: string) {
  const lines: string[] = [];
  for await (const event of client.follow(executionId)) {
    if (event.type === 'log') lines.push(...Buffer.from(event.text).toString().split('\n').slice(0, -1));
    if (event.type === 'end') return { lines, end: event };
  }
  throw new Error('the log stream ended without an end');
}

it(`loses and doubles nothing when the server is killed at ${kills} random moments (seed ${seed})`, async () => {
  const random = createRandom(seed);
  const client = createClient({ transport: createNodeTransport(`http://127.0.0.1:${port}`), apiKey: apiKey! });
  for (let kill = 0; kill < kills; kill++) {
    const keys = Array.from({ length: runsPerKill }, (_, index) => `kill-${kill}-run-${index}`);
    const finished = Promise.all(
      keys.map(async (key) => {
        await delay(random() * 150);
        const executionId = await submit(client, key);
        return { key, executionId, ...(await follow(client, executionId)) };
      }),
    );
    await delay(random() * 600);
    await killServer();
    await startServer();
    for (const { key, executionId, lines, end } of await finished) {
      const context = `${key} (execution ${executionId}, seed ${seed})`;
      expect(await readFile(join(folder, `${key}.notes`), 'utf8'), context).toBe('begun\n');
      expect(end, context).toMatchObject({ status: 'FAILED', exit_code: 7, logs_complete: true, lines: linesPerRun });
      // Each stream keeps its order; between the two there is none.
      const numbers = lines.map((line) => Number(line.slice(5)));
      expect(numbers.filter((number) => number % 3 === 0)).toEqual(
        Array.from({ length: Math.ceil(linesPerRun / 3) }, (_, index) => index * 3),
      );
      expect(
        [...numbers].sort((a, b) => a - b),
        context,
      ).toEqual(Array.from({ length: linesPerRun }, (_, i) => i));
      const status = await client.executionStatus(executionId);
      expect(status, context).toMatchObject({ status: 'FAILED', exit_code: 7 });
    }
  }
  const { executions } = await client.listExecutions({ limit: 0 });
  expect(executions).toHaveLength(kills * runsPerKill);
  await client.close();
});
