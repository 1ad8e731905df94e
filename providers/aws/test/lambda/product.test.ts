import { DeregisterTaskDefinitionCommand, ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployLambdas, image, until, watchSocket } from '../support/lambda-deployment.ts';

describe('the product on Lambda, with the roles of an existing stack', () => {
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  beforeAll(async () => {
    deployment = await deployLambdas();
    const { status } = await deployment.ask('POST', '/images/register', { image, is_default: true });
    expect(status).toBe(201);
  });
  afterAll(() => deployment.close());

  const run = async (command: string, more: object = {}) => {
    const { status, json } = await deployment.ask('POST', '/run', { command, ...more });
    expect(json).toMatchObject({ status: 'STARTING' });
    expect(status).toBe(202);
    return json as { execution_id: string; websocket_url: string };
  };
  const ended = (id: string) =>
    until(async () => {
      const { json } = await deployment.ask('GET', `/executions/${id}/status`);
      return ['SUCCEEDED', 'FAILED', 'STOPPED'].includes(json.status) && json;
    });

  test('a run ends with its own exit code, and its log is whole', async () => {
    const { execution_id } = await run('echo one; echo two >&2; echo; exit 7');
    expect(await ended(execution_id)).toMatchObject({ status: 'FAILED', exit_code: 7 });
    const { json } = await deployment.ask('GET', `/executions/${execution_id}/logs`);
    expect(json.events.map(({ message }: { message: string }) => message).sort()).toEqual(['', 'one', 'two']);
    expect(json.logs_complete).toBe(true);
  });

  test('the own client follows a run to its end through the gateway', async () => {
    const { execution_id } = await deployment.client.run({
      command: 'for i in 1 2 3; do echo line $i; sleep 0.2; done; exit 3',
    });
    let text = '';
    let end: unknown;
    for await (const event of deployment.client.follow(execution_id)) {
      if (event.type === 'log')
        text += typeof event.text === 'string' ? event.text : Buffer.from(event.text).toString();
      if (event.type === 'end') end = event;
    }
    expect(text).toBe('line 1\nline 2\nline 3\n');
    expect(end).toMatchObject({ status: 'FAILED', exit_code: 3, logs_complete: true });
  });

  test('a viewer of protocol 1 who comes late gets everything, then the disconnect message', async () => {
    const { execution_id, websocket_url } = await run('echo early; sleep 1; echo late');
    await until(
      async () => (await deployment.ask('GET', `/executions/${execution_id}/logs?limit=10`)).json.events.length > 0,
    );
    const viewer = watchSocket(websocket_url);
    await until(() => viewer.messages.some((text) => text.includes('disconnect')));
    const frames = viewer.messages.map((text) => JSON.parse(text));
    expect(frames.slice(0, -1).map(({ message }) => message)).toEqual(['early', 'late']);
    expect(frames.at(-1)).toEqual({ type: 'disconnect', reason: 'execution_completed' });
    viewer.socket.close();
  });

  test('a socket with a wrong token is refused with 401, one without an execution with 400', async () => {
    const { websocket_url } = await run('true');
    expect(await watchSocket(websocket_url.replace(/token=.*/, 'token=wrong')).closed).toMatchObject({ refused: 401 });
    expect(await watchSocket(websocket_url.replace(/execution_id=[^&]*&/, '')).closed).toMatchObject({ refused: 400 });
  });

  test('a run that is killed is stopped, and says 130', async () => {
    const { execution_id } = await run('sleep 300');
    expect((await deployment.ask('DELETE', `/executions/${execution_id}`)).status).toBe(200);
    expect(await ended(execution_id)).toMatchObject({ status: 'STOPPED', exit_code: 130 });
  });

  test('secrets reach the command, and are masked in its log', async () => {
    await deployment.ask('POST', '/secrets', { name: 'token', key_name: 'API_TOKEN', value: 'hunter2hunter2' });
    const { execution_id } = await run('echo "<$API_TOKEN>"', { secrets: ['token'] });
    expect(await ended(execution_id)).toMatchObject({ exit_code: 0 });
    const { json } = await deployment.ask('GET', `/executions/${execution_id}/logs`);
    expect(json.events.map(({ message }: { message: string }) => message)).toEqual(['<***>']);
  });

  test('a task definition that was removed behind our back is made again', async () => {
    const env = deployment.cloud.envOf('administrator');
    const ecs = new ECSClient({
      region: env.AWS_REGION as string,
      endpoint: env.AWS_ENDPOINT_URL as string,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID as string,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
      },
    });
    const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({}));
    for (const taskDefinition of taskDefinitionArns)
      await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    ecs.destroy();
    const { execution_id } = await run('echo still');
    expect(await ended(execution_id)).toMatchObject({ exit_code: 0 });
  });

  test('no room in the cloud is told as such', async () => {
    for (const capacity of ['failures', 'exception', 'limit'] as const) {
      deployment.cloud.knobs.capacity = capacity;
      const { status, json } = await deployment.ask('POST', '/run', { command: 'true' });
      expect([capacity, status, json.code]).toEqual([capacity, 503, 'CAPACITY_EXCEEDED']);
    }
    deployment.cloud.knobs.capacity = 'available';
  });
});
