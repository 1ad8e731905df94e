import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, ok, rejects } from '../../expect.ts';
import type { World } from '../../world.ts';
import { startTask } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `decode.receive.${what}`,
  level: 'MUST',
  facet: 'decode',
  needs: ['receive', 'harness.requests', 'harness.taskChanged'],
  sentence,
  why,
  run,
  ...more,
});

async function notificationOf(world: World): Promise<unknown> {
  const task = await startTask(world, 'true');
  return world.harness.notifications!.taskChanged!(task.executionId, task.ref);
}

const anybody = 'Anybody who finds the address could report ends and output of runs that there have never been.';

export const receiveChecks: readonly Check[] = [
  check(
    'genuine',
    'What receive gives of a request of the cloud means the same as the notification that it carries.',
    'Nothing that the cloud tells would ever arrive.',
    async (world) => {
      const raw = await notificationOf(world);
      const { provider, harness } = world;
      const received = await provider.receive!(await harness.requests!.genuine(raw, world.env));
      deepEqual(await provider.decode(received.raw), await provider.decode(raw), 'the events of what was received');
      const { sentAt } = received;
      ok(sentAt === undefined || Math.abs(sentAt) > 1e11, `the time of sending is in milliseconds: ${sentAt}`);
    },
  ),
  check(
    'bare',
    'A request that shows nothing of where it comes from is refused with UNAUTHORIZED.',
    anybody,
    async (world) => {
      const { body } = await world.harness.requests!.genuine(await notificationOf(world), world.env);
      const shown: Record<string, string>[] = ['', 'Bearer', 'Bearer x.y.z'].map((authorization) => ({
        authorization,
      }));
      for (const headers of [{}, ...shown])
        await rejects(
          world.provider.receive!({ headers, body }),
          'UNAUTHORIZED',
          `receive with ${JSON.stringify(headers)}`,
        );
    },
  ),
  check('forged', 'A request that is forged in any way is refused with UNAUTHORIZED.', anybody, async (world) => {
    const forged = await world.harness.requests!.forged(await notificationOf(world), world.env);
    ok(forged.length > 0, 'the harness gives forged requests');
    for (const [n, request] of forged.entries())
      await rejects(world.provider.receive!(request), 'UNAUTHORIZED', `receive of the forged request ${n}`);
  }),
  check(
    'nonsense',
    'A genuine request whose body makes no sense is refused with INVALID_REQUEST by receive or decode, or means nothing.',
    'One request that nobody understands would be delivered again and again, or stop the server.',
    async (world) => {
      const { headers } = await world.harness.requests!.genuine(await notificationOf(world), world.env);
      for (const body of ['', '{', 'null', '[]', '"text"', '{}', '{"message":7}', '\u0000']) {
        const outcome = await world.provider.receive!({ headers, body })
          .then(({ raw }) => world.provider.decode(raw))
          .catch((error: unknown) => error);
        if (Array.isArray(outcome)) deepEqual(outcome, [], `the events of ${JSON.stringify(body)}`);
        else ok(isRunvoyError(outcome, 'INVALID_REQUEST'), `INVALID_REQUEST for ${JSON.stringify(body)}: ${outcome}`);
      }
    },
  ),
];
