import { describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../simulator/logging/entry.ts';
import { parseFilter } from '../../simulator/logging/filter.ts';
import type { Clients } from './support/clients.ts';
import { createJob, runLine, shell, start } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

interface Found {
  entries: {
    textPayload?: string;
    jsonPayload?: { fields: unknown };
    insertId?: string;
    severity?: string;
    labels?: object;
  }[];
  nextPageToken: string;
}

async function list(clients: Clients, request: object = {}): Promise<Found> {
  const resourceNames = [`projects/${clients.project}`];
  const client = clients.entries;
  const [, , response] = await client.listLogEntries({ resourceNames, ...request }, { autoPaginate: false });
  return response as unknown as Found;
}

const stdout = (clients: Clients) =>
  test.cloud.project(clients.project).logging.entries.filter(({ logName }) => logName.endsWith('stdout'));

describe('a line of output', () => {
  it('is an entry in the order of its printing, without a severity', async () => {
    const clients = test.fresh();
    await runLine(clients, 'printer', 'seq 1500; printf unfinished');
    const filter = 'log_id("run.googleapis.com/stdout")';
    const first = await list(clients, { filter, orderBy: 'timestamp asc', pageSize: 1000 });
    const second = await list(clients, {
      filter,
      orderBy: 'timestamp asc',
      pageSize: 1000,
      pageToken: first.nextPageToken,
    });
    expect(second.nextPageToken).toBe('');
    const texts = [...first.entries, ...second.entries].map(({ textPayload }) => textPayload);
    expect(texts).toEqual([...Array.from({ length: 1500 }, (_, at) => String(at + 1)), 'unfinished']);
    expect(first.entries[0]!.severity).toBe('DEFAULT');
    expect(new Set([...first.entries, ...second.entries].map(({ insertId }) => insertId)).size).toBe(1501);
    const [newest] = (await list(clients, { filter, orderBy: 'timestamp desc', pageSize: 1 })).entries;
    expect(newest!.textPayload).toBe('unfinished');
  });

  it('has an insertId that is made of its time', async () => {
    const clients = test.fresh();
    await runLine(clients, 'printer', 'echo hi');
    const [{ insertId, timestamp }] = stdout(clients) as [Entry];
    expect(Number.parseInt(insertId.slice(0, 8), 16)).toBe(Math.floor(timestamp / 1e6));
    expect(Number.parseInt(insertId.slice(8, 16), 16)).toBe(timestamp % 1e6);
  });

  it('loses its order when times are equal', async () => {
    const clients = test.fresh();
    test.cloud.knobs.equalTimestamps = 1;
    await runLine(clients, 'printer', 'seq 50');
    test.cloud.knobs.equalTimestamps = 0;
    expect(new Set(stdout(clients).map(({ timestamp }) => timestamp)).size).toBe(1);
    const { entries } = await list(clients, { filter: 'log_id("run.googleapis.com/stdout")' });
    const texts = entries.map(({ textPayload }) => Number(textPayload));
    expect(texts).not.toEqual([...texts].sort((a, b) => a - b));
    expect(texts).toHaveLength(50);
  });

  it('that is a JSON object becomes a record, and its special fields move', async () => {
    const clients = test.fresh();
    const object = { severity: 'error', message: 'm', n: 1, 'logging.googleapis.com/labels': { own: 'yes' } };
    const env = [{ name: 'LINE', value: JSON.stringify(object) }];
    await runLine(clients, 'printer', '', {
      containers: [shell('echo "$LINE"; echo "[1]"; echo "{broken"; echo', { env })],
    });
    const [record, ...others] = stdout(clients);
    expect(record).toMatchObject({ severity: 'ERROR', jsonPayload: { message: 'm', n: 1 }, labels: { own: 'yes' } });
    expect(record).not.toHaveProperty('textPayload');
    expect(others.map(({ textPayload }) => textPayload)).toEqual(['[1]', '{broken', '']);
  });

  it('that is longer than an entry becomes several', async () => {
    const clients = test.fresh();
    await runLine(clients, 'printer', "head -c 600000 /dev/zero | tr '\\0' x; echo; echo end");
    const entries = stdout(clients);
    expect(entries.map(({ textPayload, split }) => [textPayload!.length, split?.index, split?.totalSplits])).toEqual([
      [262_144, 0, 3],
      [262_144, 1, 3],
      [75_712, 2, 3],
      [3, undefined, undefined],
    ]);
    expect(new Set(entries.slice(0, 3).map(({ timestamp, split }) => `${timestamp} ${split!.uid}`)).size).toBe(1);
  });

  it('may be cut, and dropped when it is blank, as nobody knows that it is not', async () => {
    const clients = test.fresh();
    Object.assign(test.cloud.knobs, { longLines: 'truncated', blankLines: 'dropped' });
    await runLine(clients, 'printer', "head -c 600000 /dev/zero | tr '\\0' x; echo; echo; echo end");
    Object.assign(test.cloud.knobs, { longLines: 'split', blankLines: 'kept' });
    expect(stdout(clients).map(({ textPayload }) => textPayload!.length)).toEqual([262_144, 3]);
  });

  it('tells of its container where there are names', async () => {
    const clients = test.fresh();
    const job = await createJob(clients, 'named', { containers: [shell('echo hi', { name: 'runner' })] });
    await (await start(clients, job)).over;
    expect(stdout(clients)[0]!.labels.container_name).toBe('runner');
    test.cloud.knobs.containerNames = 'system-lines';
    await (await start(clients, job)).over;
    test.cloud.knobs.containerNames = 'all-lines';
    expect(stdout(clients)[1]!.labels).not.toHaveProperty('container_name');
    const { entries } = test.cloud.project(clients.project).logging;
    const system = entries.filter(({ logName }) => logName.endsWith('run.googleapis.com%2Fvarlog%2Fsystem'));
    expect(system.map(({ textPayload, labels, severity }) => [textPayload, labels.container_name, severity])).toEqual([
      ['Container called exit(0).', 'runner', 'INFO'],
      ['Container called exit(0).', 'runner', 'INFO'],
    ]);
  });

  it('is visible as late as the knob says', async () => {
    const clients = test.fresh();
    test.cloud.knobs.logDelayMs = 300;
    await runLine(clients, 'printer', 'echo late');
    expect(stdout(clients)).toEqual([]);
    test.cloud.knobs.logDelayMs = 0;
    await vi.waitFor(() => expect(stdout(clients)).toHaveLength(1));
  });
});

describe('ListLogEntries', () => {
  it('answers sixty times a minute, and then no more', async () => {
    const clients = test.fresh();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 62 }, () =>
        clients.entries.listLogEntries(
          { resourceNames: [`projects/${clients.project}`] },
          { autoPaginate: false, retry: null },
        ),
      ),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.map(({ reason }) => reason.code)).toEqual([8, 8]);
    // Other projects have their own sixty.
    expect((await list(test.fresh())).entries).toEqual([]);
  });

  it('finds what was written, each entry once', async () => {
    const clients = test.fresh();
    const log = clients.logging.log('backend');
    const resource = { type: 'cloud_run_revision', labels: { service_name: 'runvoy-orchestrator' } };
    const metadata = {
      resource,
      severity: 'WARNING' as const,
      labels: { request: 'r-1' },
      insertId: 'same',
      timestamp: new Date(),
    };
    await log.write(log.entry(metadata, { message: 'slow', ms: 12 }));
    await log.write(log.entry(metadata, { message: 'slow', ms: 12 }));
    await log.write(log.entry({ resource, labels: { request: 'r-2' } }, 'text'));
    const { entries } = await list(clients, {
      filter: 'labels.request="r-1" AND severity>=WARNING AND jsonPayload.ms>10',
    });
    expect(entries).toHaveLength(1);
    const [named] = await clients.logging.getLogs();
    expect(named.map(({ name }) => name)).toEqual(['backend']);
  });

  it('may answer with an empty page though more follow', async () => {
    const clients = test.fresh();
    await runLine(clients, 'printer', 'echo hi');
    const filter = 'log_id("run.googleapis.com/stdout")';
    test.cloud.knobs.emptyLogPages = 1;
    const { entries, nextPageToken } = await list(clients, { filter });
    test.cloud.knobs.emptyLogPages = 0;
    expect(entries).toEqual([]);
    expect((await list(clients, { filter, pageToken: nextPageToken })).entries).toHaveLength(1);
  });

  it.each([
    ['a filter that is none', { filter: 'severity >' }],
    ['another order', { orderBy: 'severity' }],
    ['pages of more than a thousand', { pageSize: 1001 }],
    ['a token that is none', { pageToken: 'x' }],
  ])('refuses %s', async (_what, request) => {
    await expect(list(test.fresh(), request)).rejects.toMatchObject({ code: 3 });
  });

  it('refuses to write what is too large, too old, or reserved', async () => {
    const clients = test.fresh();
    const entry = { logName: `projects/${clients.project}/logs/x`, resource: { type: 'global' }, textPayload: 'x' };
    const write = (more: object) => clients.entries.writeLogEntries({ entries: [{ ...entry, ...more }] });
    await expect(write({ textPayload: 'x'.repeat(256 * 1024) })).rejects.toMatchObject({ code: 3 });
    await expect(write({ timestamp: { seconds: 1 } })).rejects.toMatchObject({ code: 3 });
    await expect(write({ resource: null })).rejects.toMatchObject({ code: 3 });
    await expect(write({ logName: `${entry.logName}/cloudaudit.googleapis.com` })).rejects.toMatchObject({ code: 7 });
    await write({});
  });
});

describe('the query language', () => {
  const entry: Entry = {
    logName: 'projects/p/logs/run.googleapis.com%2Fstdout',
    resource: { type: 'cloud_run_job', labels: { job_name: 'runvoy-alpine-1' } },
    timestamp: Date.UTC(2026, 0, 2) * 1000 + 123_456,
    receiveTimestamp: Date.UTC(2026, 0, 2) * 1000 + 223_456,
    insertId: 'abc',
    labels: { runvoy: 'demo', 'run.googleapis.com/execution_name': 'runvoy-alpine-1-abcde' },
    severity: 'WARNING',
    jsonPayload: { user: { id: 7 }, tags: ['red', 'blue'], text: 'Hello World', 'user-id': 'u' },
  };
  it.each([
    ['', true],
    ['resource.type="cloud_run_job"', true],
    ['resource.type=cloud_run_job AND labels.runvoy="demo"', true],
    ['resource.type=cloud_run_job labels.runvoy="other"', false],
    ['labels."run.googleapis.com/execution_name":"runvoy-"', true],
    ['labels."run.googleapis.com/execution_name"=("x" OR "runvoy-alpine-1-abcde")', true],
    ['labels.missing="x"', false],
    ['labels.missing!="x"', true],
    ['labels.runvoy:*', true],
    ['NOT labels.missing:*', true],
    ['-labels.runvoy="demo"', false],
    ['log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr")', true],
    ['logName="projects/p/logs/run.googleapis.com%2Fstdout"', true],
    ['severity>=WARNING', true],
    ['severity=(ERROR OR CRITICAL)', false],
    ['severity>"INFO" AND severity<error', true],
    ['timestamp>="2026-01-02T00:00:00.123456Z"', true],
    ['timestamp>"2026-01-02T00:00:00.123456Z"', false],
    ['timestamp>=2026-01-02T00:00:00Z timestamp<"2026-01-03T00:00:00+01:00"', true],
    ['jsonPayload.user.id=7', true],
    ['jsonPayload.user.id>7', false],
    ['jsonPayload.tags="blue"', true],
    ['jsonPayload.text=~"^Hello"', true],
    ['jsonPayload.text=~"(?i)WORLD$"', true],
    ['jsonPayload.text!~"moon"', true],
    ['json_payload.text:"world"', true],
    ['"hello"', true],
    ['goodbye', false],
    ['(labels.runvoy=a OR labels.runvoy=demo) AND severity=WARNING', true],
    // OR binds more tightly than AND.
    ['labels.runvoy=a AND severity=WARNING OR severity=ERROR', false],
    ['severity=WARNING OR severity=ERROR AND labels.runvoy=a', false],
    ['resource.labels.job_name = "runvoy-alpine-1" -- a remark', true],
  ])('%s', (filter, expected) => {
    expect(parseFilter(filter)(entry)).toBe(expected);
  });

  it.each(['a=', '(a=1', 'a=1)', 'AND', 'severity>=LOUD', 'timestamp>yesterday', 'a=~"("', '"open'])(
    'refuses %s',
    (filter) => {
      expect(() => parseFilter(filter)).toThrow(/Unparseable filter/);
    },
  );
});
