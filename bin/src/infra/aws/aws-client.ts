import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { Environment } from '../../config/home.ts';
import { awsFailure, networkFailure, noCredentials } from './aws-failure.ts';

/** Text, or what stands inside: AWS's XML, as an object. A list is `{ member: one | many }`. */
export type Xml = string | { [name: string]: Xml } | Xml[];

export interface AwsClient {
  readonly region: string;
  /** An action of a service that speaks AWS's Query protocol; what it answers is the content of `<…Result>`. */
  query(service: string, version: string, action: string, parameters: Record<string, string | undefined>): Promise<Xml>;
  /** An action of a service that speaks JSON, by its target, e.g. `DynamoDB_20120810.DeleteTable`. */
  json(service: string, contentType: string, target: string, body: object): Promise<unknown>;
}

const attempts = 5;

/**
 * Signed requests with the credentials that the AWS SDK would find. Endpoints follow AWS's own variables (`AWS_ENDPOINT_URL`,
 * `AWS_ENDPOINT_URL_CLOUDFORMATION`, …). A client of the SDK for each service would be four times the size of all of runvoy's infra commands.
 */
export async function createAwsClient(region: string, env: Environment): Promise<AwsClient> {
  const [{ SignatureV4 }, credentials, { parseXML }] = await Promise.all([
    import('@smithy/signature-v4'),
    findCredentials(env),
    import('@aws-sdk/xml-builder'),
  ]);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';

  async function send(
    service: string,
    headers: Record<string, string>,
    body: string,
    retries = attempts,
  ): Promise<string> {
    const endpoint = new URL(
      env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ??
        env.AWS_ENDPOINT_URL ??
        `https://${service}.${region}.${suffix}`,
    );
    const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
    const signed = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      ...(endpoint.port && { port: Number(endpoint.port) }),
      path: '/',
      headers: { ...headers, host: endpoint.host },
      body,
      query: {},
    });
    const response = await fetch(endpoint, { method: 'POST', headers: signed.headers, body }).catch(
      (error: unknown) => {
        throw networkFailure(service, endpoint, error);
      },
    );
    const text = await response.text();
    if (response.ok) return text;
    const failure = awsFailure(service, response.status, text);
    if (failure.code !== 'THROTTLED' || retries <= 1) throw failure;
    await pause(250 * 2 ** (attempts - retries) * (0.5 + Math.random()));
    return send(service, headers, body, retries - 1);
  }

  return {
    region,
    async query(service, version, action, parameters) {
      const form = new URLSearchParams({ Action: action, Version: version });
      for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value);
      const text = await send(service, { 'content-type': 'application/x-www-form-urlencoded' }, form.toString());
      const { [`${action}Response`]: answer } = parseXML(text) as Record<string, Record<string, Xml>>;
      return answer?.[`${action}Result`] ?? {};
    },
    async json(service, contentType, target, body) {
      const text = await send(service, { 'content-type': contentType, 'x-amz-target': target }, JSON.stringify(body));
      return text === '' ? {} : JSON.parse(text);
    },
  };
}

/** Those of the environment without the SDK's chain, which takes a while to load. */
async function findCredentials(env: Environment): Promise<AwsCredentialIdentityProvider> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (accessKeyId && secretAccessKey)
    return async () => ({ accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) });
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const find = defaultProvider();
  return (options) =>
    find(options).catch((error: unknown) => {
      throw noCredentials(error);
    });
}

/** What the signer wants of a hash. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The members of a list, which is text when it is empty. */
export function members(list: Xml | undefined): Record<string, Xml>[] {
  if (typeof list !== 'object' || Array.isArray(list)) return [];
  const { member = [] } = list;
  return [member].flat() as Record<string, Xml>[];
}

export function textOf(value: Xml | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
