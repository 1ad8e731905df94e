import { RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';
import { eventually } from './eventually.ts';

interface SentEvent {
  source?: string;
  awslogs?: unknown;
  'detail-type'?: string;
  detail?: { lastStatus?: string; version?: number };
}

let cloud: SimulatedCloud;
let got: SentEvent[];
let fail: (attempt: number) => void;

beforeEach(async () => {
  cloud = await startSimulator({ seed: 10, knobs: { retryDelays: [5, 5] } });
  got = [];
  fail = () => {};
  await cloud.connect({
    processor: async (event: SentEvent) => {
      got.push(event);
      fail(got.length);
      return { status_code: 200, body: 'OK' };
    },
  });
  await clientsFor(cloud).ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud)));
});
afterEach(() => cloud.close());

async function run(count = 1, script = 'echo line') {
  await clientsFor(cloud).ecs.send(new RunTaskCommand({ ...runOf(cloud, script), count }));
  await cloud.settled();
}

const states = () => got.filter(({ source }) => source === 'aws.ecs').map(({ detail }) => detail!.lastStatus);
const batches = () => got.filter(({ awslogs }) => awslogs).length;

describe('delivery', () => {
  it('loses all of a kind', async () => {
    cloud.knobs.events.lose = 1;
    await run();
    expect(states()).toEqual([]);
    expect(batches()).toBe(1);
    cloud.knobs.events.lose = 0;
    cloud.knobs.logs.lose = 1;
    await run();
    expect(states()).toEqual(['RUNNING', 'RUNNING', 'STOPPED']);
    expect(batches()).toBe(1);
  });

  it('repeats', async () => {
    cloud.knobs.events.duplicate = 1;
    cloud.knobs.logs.duplicate = 1;
    await run();
    expect(states().sort()).toEqual(['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING', 'STOPPED', 'STOPPED']);
    expect(batches()).toBe(2);
  });

  it('changes the order', async () => {
    cloud.knobs.events.jitter = 60;
    await run(8);
    const versions = got.flatMap(({ detail }) => detail?.version ?? []);
    expect(versions).toHaveLength(24);
    expect(versions).not.toEqual([...versions].sort((one, other) => one - other));
  });

  it('holds one back until the next has gone', async () => {
    cloud.knobs.events.reorder = 0.5;
    await run(6);
    expect(states()).toHaveLength(18);
  });

  it('is late', async () => {
    cloud.knobs.events.delay = 150;
    const before = Date.now();
    await run();
    expect(states()).toHaveLength(3);
    expect(Date.now() - before).toBeGreaterThanOrEqual(150);
  });
});

describe('a function that fails', () => {
  it('is tried twice more, then the event is gone', async () => {
    fail = () => {
      throw new Error('broken');
    };
    cloud.fireSchedule();
    await cloud.settled();
    expect(got).toHaveLength(3);
    expect(cloud.dropped).toEqual([got[0]]);
  });

  it('is not tried again once it has worked', async () => {
    fail = (attempt) => {
      if (attempt === 1) throw new Error('broken once');
    };
    cloud.fireSchedule();
    await cloud.settled();
    expect(got).toHaveLength(2);
    expect(cloud.dropped).toEqual([]);
  });

  it('has only so much time', async () => {
    cloud.knobs.processorTimeout = 20;
    await cloud.connect({ processor: () => new Promise(() => {}) });
    cloud.fireSchedule();
    await cloud.settled();
    expect(cloud.dropped).toHaveLength(1);
  });

  it('gets a copy of the event each time, and a context as of Lambda', async () => {
    const contexts: { functionName: string; remaining: number; id: string }[] = [];
    await cloud.connect({
      processor: (event: SentEvent, context) => {
        contexts.push({
          functionName: context.functionName,
          remaining: context.getRemainingTimeInMillis(),
          id: context.awsRequestId,
        });
        expect(event['detail-type']).toBe('Scheduled Event');
        delete event['detail-type'];
        throw new Error('again');
      },
    });
    cloud.fireSchedule();
    await cloud.settled();
    expect(contexts).toHaveLength(3);
    expect(new Set(contexts.map(({ id }) => id)).size).toBe(3);
    expect(contexts[0]!.functionName).toBe('runvoy-event-processor');
    expect(contexts[0]!.remaining).toBeGreaterThan(9000);
  });
});

it('fires the schedule by hand, or by itself, with the fixed input of the rule', async () => {
  cloud.fireSchedule();
  await cloud.settled();
  expect(got).toEqual([
    { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: { runvoy_event: 'health_reconcile' } },
  ]);
  cloud.startSchedule(5);
  await eventually(() => got.length).toBeGreaterThan(2);
});

it('takes the same decisions for the same seed', async () => {
  const outcome = async () => {
    const other = await startSimulator({
      seed: 77,
      knobs: { events: { delay: 0, jitter: 0, duplicate: 0.5, reorder: 0, lose: 0.5 } },
    });
    let count = 0;
    await other.connect({ processor: () => void count++ });
    for (let n = 0; n < 40; n++) other.fireSchedule();
    await other.settled();
    await other.close();
    return count;
  };
  expect(await outcome()).toBe(await outcome());
});
