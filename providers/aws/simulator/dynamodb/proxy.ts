import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:http';
import { arnOf } from '../names.ts';
import type { Answer } from '../wire/answer.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { renameTables, tablesOf } from './table-names.ts';
import { setAside } from './unprocessed.ts';

const contentType = 'application/x-amz-json-1.0';

/**
 * In front of the engine: names tables by account, asks for permission on each table and index, leaves items of batches
 * unprocessed. Everything else is the engine's.
 */
export class DynamoProxy {
  readonly #agent = new Agent({ keepAlive: true });

  async run(operation: string, body: Buffer, headers: IncomingHttpHeaders, call: Call): Promise<Answer> {
    const { names, knobs, random, engine } = call.deployment;
    let input: Record<string, unknown>;
    try {
      input = JSON.parse(body.toString('utf8'));
    } catch {
      throw new AwsError('SerializationException', 'The request is no JSON.');
    }
    for (const table of tablesOf(input)) {
      const resource = arnOf(names, 'dynamodb', `table/${table}`);
      call.authorize(
        `dynamodb:${operation}`,
        typeof input.IndexName === 'string' ? `${resource}/index/${input.IndexName}` : resource,
      );
    }
    const aside = setAside(operation, input, () => random.chance(knobs.unprocessed));
    const prefix = `${names.account}.`;
    const sent = Buffer.from(JSON.stringify(renameTables(aside.input, (name) => prefix + name)));
    const answer = await this.#forward(engine.host, sent, headers);
    const value = JSON.parse(answer.body.toString() || '{}');
    const renamed = renameTables(value, (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
    return {
      status: answer.status,
      headers: { 'content-type': contentType },
      body: JSON.stringify(answer.status === 200 ? aside.restore(renamed) : renamed),
    };
  }

  #forward(host: string, body: Buffer, headers: IncomingHttpHeaders): Promise<{ status: number; body: Buffer }> {
    const [hostname, port] = host.split(':');
    // DynamoDB Local keeps tables by access key; the engine's are all those of one.
    const authorization = headers.authorization?.replace(/Credential=[^/]+/, 'Credential=engine');
    const own = { ...headers, authorization, host, 'content-length': String(body.length) };
    return new Promise((resolve, reject) => {
      const forwarded = request(
        { hostname, port, method: 'POST', path: '/', headers: own, agent: this.#agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks) }));
          response.on('error', reject);
        },
      );
      forwarded.on('error', reject);
      forwarded.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** As DynamoDB sends errors: the type with a namespace. */
export function dynamoError({ type, message, status }: AwsError): Answer {
  const namespace = [
    'AccessDeniedException',
    'ThrottlingException',
    'UnrecognizedClientException',
    'ValidationException',
  ].includes(type)
    ? 'com.amazon.coral.service'
    : 'com.amazonaws.dynamodb.v20120810';
  return {
    status,
    headers: { 'content-type': contentType },
    body: JSON.stringify({ __type: `${namespace}#${type}`, message, Message: message }),
  };
}
