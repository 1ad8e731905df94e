import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';
import { clientsFor, definitionOf, runOf } from './clients.ts';
import { refused } from './refused.ts';

let cloud: SimulatedCloud;
beforeEach(async () => {
  cloud = await startSimulator({ seed: 15 });
});
afterEach(() => cloud.close());

const get = () => clientsFor(cloud).ssm.send(new GetParameterCommand({ Name: '/runvoy/secrets/none' }));
const item = () =>
  clientsFor(cloud).dynamo.send(
    new GetItemCommand({ TableName: 'runvoy-executions', Key: { execution_id: { S: 'e' } } }),
  );
const whoAmI = () => clientsFor(cloud).sts.send(new GetCallerIdentityCommand({}));

it('throttles one operation, one service, or everything', async () => {
  cloud.knobs.throttle = { 'ssm:GetParameter': { probability: 1 } };
  expect(await refused(get())).toBe('ThrottlingException: Rate exceeded');
  await item();
  cloud.knobs.throttle = { 'dynamodb:*': { probability: 1 }, 'ssm:*': {} };
  expect(await refused(item())).toBe('ThrottlingException: Rate exceeded');
  expect(await refused(get())).toMatch(/^ParameterNotFound/);
  cloud.knobs.throttle = { '*': { probability: 1 } };
  expect(await refused(whoAmI())).toBe('Throttling: Rate exceeded');
});

it('throttles above a rate', async () => {
  let time = Date.now();
  const other = await startSimulator({
    seed: 16,
    now: () => time,
    knobs: { throttle: { 'ssm:GetParameter': { perSecond: 3 } } },
  });
  const command = new GetParameterCommand({ Name: '/runvoy/secrets/none' });
  const throttled = async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => refused(clientsFor(other).ssm.send(command))));
    return answers.filter((told) => told.startsWith('ThrottlingException')).length;
  };
  expect(await throttled()).toBe(7);
  expect(await throttled()).toBe(10);
  time += 1001;
  expect(await throttled()).toBe(7);
  await other.close();
});

it('takes its time', async () => {
  cloud.knobs.latency = { 'sts:GetCallerIdentity': 80 };
  const before = performance.now();
  await whoAmI();
  expect(performance.now() - before).toBeGreaterThanOrEqual(79);
});

it('fails, or hangs up', async () => {
  cloud.knobs.faults = {
    'ssm:*': { probability: 1, kind: 'error' },
    'dynamodb:*': { probability: 1, kind: 'hang-up' },
  };
  expect(await refused(get())).toMatch(/^500 InternalServerError/);
  await expect(item()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(cloud.calls.all.map(({ operation, error }) => `${operation} ${error}`)).toEqual([
    'ssm:GetParameter InternalServerError',
    'dynamodb:GetItem hang-up',
  ]);
});

it('does what it is asked and keeps it to itself', async () => {
  const { ecs } = clientsFor(cloud);
  await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(cloud)));
  const request = new RunTaskCommand({ ...runOf(cloud, 'true'), clientToken: 'once' });
  cloud.knobs.faults = { 'ecs:RunTask': { probability: 1, kind: 'lost-answer' } };
  await expect(ecs.send(request)).rejects.toMatchObject({ code: 'ECONNRESET' });
  cloud.knobs.faults = {};
  const { tasks } = await ecs.send(request);
  expect(tasks).toHaveLength(1);
  await cloud.settled();
  expect(cloud.calls.count('ecs:RunTask')).toBe(2);
});

it('says what it does not know', async () => {
  const ask = (target: string, body: string) => {
    const { ssm } = clientsFor(cloud);
    // Before it is signed, the request becomes another one.
    ssm.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { request: { headers: Record<string, string>; body: string } };
        Object.assign(request, { body });
        Object.assign(request.headers, { 'x-amz-target': target, 'content-length': String(body.length) });
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    return refused(ssm.send(new GetParameterCommand({ Name: '/x' })));
  };
  const ecs = 'AmazonEC2ContainerServiceV20141113';
  expect(await ask(`${ecs}.CreateCluster`, '{}')).toMatch(/^UnknownOperationException/);
  expect(await ask('Unknown_20200101.Anything', '{}')).toMatch(/^UnknownOperationException/);
  expect(await ask('AmazonSSM.GetParameter', 'no json')).toMatch(/^SerializationException/);
  expect(await ask('AmazonSSM.GetParameter', '{"Name":3}')).toMatch(/^SerializationException/);
  expect(await ask('AmazonSSM.GetParameter', '{}')).toMatch(/^ValidationException: .*'name'.*must not be null/);
  expect(await ask(`${ecs}.RunTask`, '{"unknown":1}')).toMatch(/^InvalidParameterException/);
});
