import { gzipSync } from 'node:zlib';
import type { Deployment, Harness, Viewer } from '@runvoy/conformance';
import type { ProviderPlugin } from '@runvoy/core/provider';
import { WebSocket } from 'ws';
import type { SimulatedDeployment } from '../../simulator/index.ts';
import type { AwsConfig } from '../../src/config.ts';
import plugin from '../../src/index.ts';
import { formatOutput } from '../../src/tasks/output-form.ts';

/** As the SDK's clients throw them. */
const sdkError =
  (name: string, httpStatusCode: number, message = `${name}: refused`) =>
  () =>
    Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode } });

export const rawErrors: NonNullable<Harness['errors']> = {
  THROTTLED: sdkError('ThrottlingException', 400, 'Rate exceeded'),
  CAPACITY_EXCEEDED: sdkError('ClientException', 400, 'Capacity is unavailable at this time. Please try again later.'),
  PERMISSION_DENIED: sdkError('AccessDeniedException', 400, 'User is not authorized to perform: ecs:RunTask'),
  INVALID_REQUEST: sdkError('ValidationException', 400),
  CONFIGURATION_INVALID: sdkError('ResourceNotFoundException', 400, 'Requested resource not found'),
  SERVICE_UNAVAILABLE: () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  CANCELLED: () => Object.assign(new Error('Request aborted'), { name: 'AbortError' }),
};

const subscription = (content: object) => ({
  awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') },
});

const taskEvent = (detail: unknown) => ({
  version: '0',
  id: '11111111-2222-4333-8444-555555555555',
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  detail,
});

export const notifications: NonNullable<Harness['notifications']> = {
  taskChanged: (executionId, ref) =>
    taskEvent({
      taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/runvoy-cluster/${ref || executionId}`,
      clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/runvoy-cluster',
      startedBy: executionId,
      lastStatus: 'STOPPED',
    }),
  logLines: (executionId, lines) =>
    subscription({
      messageType: 'DATA_MESSAGE',
      logGroup: '/aws/ecs/runvoy/runner',
      logStream: `task/runner/${executionId}`,
      logEvents: lines.map((text, n) => ({
        id: `${n}`.padStart(56, '3'),
        timestamp: 1_700_000_000_000 + n,
        message: formatOutput('stdout', text),
      })),
    }),
  reconcile: () => ({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    detail: { runvoy_event: 'health_reconcile' },
  }),
  malformed: [
    taskEvent(undefined),
    taskEvent({ lastStatus: 'STOPPED' }),
    taskEvent({ taskArn: 7 }),
    { awslogs: {} },
    { awslogs: { data: 'not gzip' } },
    subscription({ messageType: 'DATA_MESSAGE', logGroup: '/aws/ecs/runvoy/runner', logEvents: [] }),
    subscription({
      messageType: 'DATA_MESSAGE',
      logGroup: '/aws/ecs/runvoy/runner',
      logStream: 'task/runner/x',
      logEvents: [{ id: 1 }],
    }),
    { requestContext: { routeKey: '$connect' } },
  ],
};

export const knownRole = 'deployer';

/** By the key that its providers sign with. */
const deployments = new Map<string, SimulatedDeployment>();

/**
 * The provider of a process whose standard error the platform keeps, as Lambda does: what it would print goes to the log group of
 * the deployment.
 */
export const captured: ProviderPlugin<AwsConfig> = {
  ...plugin,
  async open(config, context) {
    const provider = await plugin.open(config, context);
    const cloud = deployments.get(config.credentials?.accessKeyId ?? '');
    const { backendLogs } = provider;
    if (!cloud || !backendLogs) return provider;
    return {
      ...provider,
      backendLogs: {
        find: (requestId, call) => backendLogs.find(requestId, call),
        write: (line) => cloud.log('orchestrator', line),
      },
    };
  },
};

/** A deployment of the simulated cloud whose processor keeps what it is invoked with. */
export async function deploymentOf(cloud: SimulatedDeployment, env: Record<string, string>): Promise<Deployment> {
  cloud.addRole(knownRole);
  deployments.set(env.AWS_ACCESS_KEY_ID as string, cloud);
  const delivered: unknown[] = [];
  const opened: string[] = [];
  await cloud.connect({
    processor: (event: never) => {
      const { routeKey, connectionId } = (event as { requestContext?: Record<string, string> }).requestContext ?? {};
      if (routeKey === '$connect') opened.push(connectionId as string);
      if (routeKey === undefined) delivered.push(event);
      return { statusCode: 200, body: 'OK' };
    },
  });
  const viewers: WebSocket[] = [];
  let connecting: Promise<unknown> = Promise.resolve();
  const connectViewer = async (): Promise<Viewer> => {
    const socket = new WebSocket(env.RUNVOY_AWS_WEBSOCKET_API_ENDPOINT as string);
    viewers.push(socket);
    const texts: string[] = [];
    socket.on('message', (data) => texts.push(data.toString()));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return {
      connection: opened.at(-1) as string,
      received: () => texts,
      stall: () => socket.pause(),
      disconnect: () =>
        new Promise((resolve) => {
          socket.once('close', () => resolve());
          socket.close();
        }),
      get closed() {
        return socket.readyState === WebSocket.CLOSED;
      },
    };
  };
  return {
    env,
    delivered: () => delivered,
    // One after another, so that the last id is that of the last socket.
    connectViewer: () => {
      const viewer = connecting.then(connectViewer);
      connecting = viewer.catch(() => undefined);
      return viewer;
    },
    async teardown() {
      for (const viewer of viewers) viewer.terminate();
      deployments.delete(env.AWS_ACCESS_KEY_ID as string);
      await cloud.close();
    },
  };
}
