import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { settingFor } from '../control/knobs.ts';
import type { Deployment } from '../deployment.ts';
import { type DynamoProxy, dynamoError } from '../dynamodb/proxy.ts';
import { ecs } from '../ecs/service.ts';
import { manageConnection, managementError } from '../gateway/management.ts';
import { queryOperations } from '../iam/query-services.ts';
import { logs } from '../logs/service.ts';
import type { Caller } from '../permissions/caller.ts';
import { ssm } from '../ssm/service.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import { AwsError } from './aws-error.ts';
import { jsonError, runJson } from './json-protocol.ts';
import { queryError, runQuery } from './query-protocol.ts';
import { readBody } from './read-body.ts';
import type { Call } from './service.ts';
import { isSignedWith, readSignature } from './signature.ts';

const services = [ecs, ssm, logs];
const dynamoTarget = 'DynamoDB_20120810.';

/** What a request asks for: its name for counting, and how its answer and its errors are made. */
interface Asked {
  operation: string;
  resource?: string;
  run(call: Call): Answer | Promise<Answer>;
  failed(error: AwsError, requestId: string): Answer;
}

/** The one address of every service, as AWS_ENDPOINT_URL names it. The access key tells whose deployment is meant. */
export class WireServer {
  readonly #dynamo: DynamoProxy;
  readonly #deployments: () => Iterable<Deployment>;
  readonly #server: Server;

  private constructor(dynamo: DynamoProxy, deployments: () => Iterable<Deployment>) {
    this.#dynamo = dynamo;
    this.#deployments = deployments;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    // Longer than any client keeps a connection: one that is closed under a request looks like a fault of the cloud's.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  static async open(dynamo: DynamoProxy, deployments: () => Iterable<Deployment>): Promise<WireServer> {
    const server = new WireServer(dynamo, deployments);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) {
      response.destroy();
      return;
    }
    const answer = await this.#answer(request, body).catch((error: Error) =>
      jsonAnswer(400, 'application/json', { message: error.message }),
    );
    if (answer === undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
    response.end(answer.body);
  }

  async #answer(request: IncomingMessage, body: Buffer): Promise<Answer | undefined> {
    const path = (request.url ?? '/').split('?')[0]!;
    if (path.startsWith('/credentials/')) return this.#credentials(path.slice('/credentials/'.length));
    const asked = this.#read(request, path, body);
    const signature = readSignature(request.headers.authorization);
    if (!signature) {
      const error = new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
      return asked.failed(error, 'none');
    }
    const found = this.#caller(signature.accessKeyId);
    if (!found) {
      const error = new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
      return asked.failed(error, 'none');
    }
    if (!isSignedWith(found.caller.secretAccessKey, signature, request, body)) {
      const message = 'The request signature we calculated does not match the signature you provided.';
      return asked.failed(
        new AwsError('InvalidSignatureException', `${message} Check your AWS Secret Access Key.`),
        'none',
      );
    }
    return this.#run(asked, found.deployment, found.caller);
  }

  async #run(asked: Asked, deployment: Deployment, caller: Caller): Promise<Answer | undefined> {
    const { knobs, random } = deployment;
    const { operation, resource } = asked;
    const latency = settingFor(knobs.latency, operation) ?? 0;
    if (latency > 0) await deployment.deliveries.pause(latency);
    const fault = settingFor(knobs.faults, operation);
    const broken = fault && random.chance(fault.probability) ? fault.kind : undefined;
    const answer =
      broken === 'hang-up' ? undefined : await this.#attempt(asked, deployment.callAs(caller), broken === 'error');
    const error = answer === undefined ? 'hang-up' : answer.status >= 400 ? errorType(answer) : undefined;
    deployment.calls.add({
      operation,
      role: caller.roles.join('+') || 'administrator',
      ...(resource === undefined ? {} : { resource }),
      ...(error === undefined ? {} : { error }),
    });
    return broken === 'lost-answer' ? undefined : answer;
  }

  async #attempt(asked: Asked, call: Call, fails: boolean): Promise<Answer> {
    const { knobs, limiter } = call.deployment;
    try {
      if (fails) throw new AwsError('InternalServerError', 'The service has failed internally.', 500);
      if (limiter.exceeded(knobs.throttle, asked.operation)) throw new AwsError('ThrottlingException', 'Rate exceeded');
      const answer = await asked.run(call);
      return { ...answer, headers: { 'x-amzn-requestid': call.requestId, ...answer.headers } };
    } catch (error) {
      if (error instanceof AwsError) return asked.failed(error, call.requestId);
      // A mistake of the simulator's must not look like one of the caller's. What a closed cloud was still about to do fails.
      if (!call.deployment.closed) process.stderr.write(`simulator: ${asked.operation}: ${(error as Error).stack}\n`);
      return asked.failed(new AwsError('InternalFailure', String(error), 500), call.requestId);
    }
  }

  #read(request: IncomingMessage, path: string, body: Buffer): Asked {
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') return this.#readTarget(target, request, body);
    const connection = /^\/[^/]+\/[^/]+\/@connections\/([^/]+)$/.exec(path);
    if (connection) {
      const id = decodeURIComponent(connection[1]!);
      return {
        operation: 'execute-api:ManageConnections',
        resource: request.method!,
        run: (call) => manageConnection(request.method!, id, body, call),
        failed: managementError,
      };
    }
    const form = new URLSearchParams(body.toString('utf8'));
    const action = form.get('Action') ?? '';
    const query = queryOperations.get(action);
    return {
      operation: query?.name ?? `unknown:${action || path}`,
      run: (call) => {
        if (!query) throw new AwsError('InvalidAction', `Could not find operation ${action || path}`);
        return runQuery(action, query, form, call);
      },
      failed: queryError,
    };
  }

  #readTarget(target: string, request: IncomingMessage, body: Buffer): Asked {
    const [prefix = '', name = ''] = target.split('.');
    if (target.startsWith(dynamoTarget)) {
      return {
        operation: `dynamodb:${name}`,
        resource: /"TableName"\s*:\s*"([^"]*)"/.exec(body.toString('utf8'))?.[1] ?? '',
        run: (call) => this.#dynamo.run(name, body, request.headers, call),
        failed: dynamoError,
      };
    }
    const service = services.find((each) => each.target === prefix);
    const operation = service?.operations.get(name);
    return {
      operation: `${service?.name ?? prefix}:${name}`,
      run: (call) => {
        if (service && operation) return runJson(service, operation, body, call);
        throw new AwsError('UnknownOperationException', `The simulator does not know ${target}.`);
      },
      failed: jsonError,
    };
  }

  #caller(accessKeyId: string): { deployment: Deployment; caller: Caller } | undefined {
    for (const deployment of this.#deployments()) {
      const caller = deployment.callers.find(accessKeyId);
      if (caller) return { deployment, caller };
    }
    return undefined;
  }

  /** As the agent in a container host gives them out to tasks. */
  #credentials(accessKeyId: string): Answer {
    const found = this.#caller(accessKeyId);
    if (!found) return jsonAnswer(404, 'application/json', { code: 'InvalidIdInRequest', message: 'not found' });
    const { caller, deployment } = found;
    return jsonAnswer(200, 'application/json', {
      RoleArn: caller.arn,
      AccessKeyId: caller.accessKeyId,
      SecretAccessKey: caller.secretAccessKey,
      Token: 'simulated',
      Expiration: new Date(deployment.now() + 6 * 3600_000).toISOString(),
    });
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const [, api, stage] = (request.url ?? '/').split('?')[0]!.split('/');
    for (const deployment of this.#deployments()) {
      if (deployment.names.api !== api || deployment.names.stage !== stage) continue;
      await deployment.sockets.upgrade(request, socket, head);
      return;
    }
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }
}

function errorType({ headers, body }: Answer): string {
  const header = headers['x-amzn-errortype'];
  if (header) return header;
  const text = body.toString();
  return /<Code>([^<]*)/.exec(text)?.[1] ?? /"__type":"(?:[^"#]*#)?([^"]*)"/.exec(text)?.[1] ?? 'unknown';
}
