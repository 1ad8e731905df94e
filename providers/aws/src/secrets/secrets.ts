import { hash } from 'node:crypto';
import { type CallOptions, type Logger, RunvoyError, type Secrets } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import { nameOf, partsFolder, pathOf } from './parameter-name.ts';
import { decodeBody, encodeValue, folderOf, type Header, parseValue } from './parameter-value.ts';
import type { Parameters } from './parameters.ts';

const maximumBytes = 65_536;
const tags = { Application: 'runvoy', ManagedBy: 'runvoy-orchestrator' };
const expiryNote = 'expires at ';

/** Secret values in Parameter Store, where upstream has them. */
export class AwsSecrets implements Secrets {
  readonly #parameters: () => Promise<Parameters>;
  readonly #lifecycle: Lifecycle;
  readonly #now: () => number;
  readonly #log: Logger;

  constructor(parameters: () => Promise<Parameters>, lifecycle: Lifecycle, now: () => number, log: Logger) {
    this.#parameters = parameters;
    this.#lifecycle = lifecycle;
    this.#now = now;
    this.#log = log;
  }

  async put(name: string, value: string, options: { expiresAt?: number } = {}, call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    const { expiresAt } = options;
    const path = pathOf(name);
    checkValue(value, expiresAt);
    const parameters = await this.#parameters();
    const encoded = encodeValue(value, folderFor(name), { expiresAt, plainBytes: parameters.maximumBytes });
    const description = expiresAt === undefined ? '' : `${expiryNote}${expiresAt}`;
    // The parts before the parameter that names them, so that no reader misses one.
    const folder = folderOf(encoded);
    await Promise.all(
      encoded.parts.map((part, at) => parameters.put(`${folder}/${at}`, part, `a part of ${name}`, call)),
    );
    await parameters.put(path, encoded.value, description, call);
    // What belongs to one run is never replaced, and gone soon.
    if (expiresAt !== undefined) return;
    await this.#tidyUp(name, path, encoded.parts.length > 0 ? folder : undefined, call);
  }

  async reveal(name: string, call?: CallOptions): Promise<string | undefined> {
    this.#lifecycle.enter(call);
    const path = pathOf(name);
    const parameters = await this.#parameters();
    // Between the two reads a new value may have taken the place of the old one and its parts.
    for (let attempt = 1; ; attempt++) {
      const stored = await parameters.get(path, call);
      if (stored === undefined) return undefined;
      const parsed = parseValue(stored);
      if ('value' in parsed) return parsed.value;
      const { header, body } = parsed;
      if (header.expiresAt !== undefined && header.expiresAt <= this.#now()) return undefined;
      const whole = header.parts ? await readParts(parameters, header.parts, call) : body;
      if (whole !== undefined) return decodeBody(header, whole);
      if (attempt === 3) throw new RunvoyError('INTERNAL_ERROR', 'a secret value in Parameter Store lacks a part');
    }
  }

  async remove(name: string, call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    const path = pathOf(name);
    const parameters = await this.#parameters();
    await parameters.remove([path], call);
    const removeParts = async () => parameters.remove(await parameters.listFolder(folderFor(name), call), call);
    await this.#try('remove the parts of a value', removeParts(), call);
  }

  async list(call?: CallOptions): Promise<string[]> {
    this.#lifecycle.enter(call);
    const parameters = await this.#parameters();
    const names: string[] = [];
    const expired: string[] = [];
    for (const { path, description } of await parameters.describe(call)) {
      const name = nameOf(path);
      if (name === undefined) continue;
      const isExpired =
        description.startsWith(expiryNote) && Number(description.slice(expiryNote.length)) <= this.#now();
      if (isExpired) expired.push(path);
      else names.push(name);
    }
    // The event processor of an older deployment may not.
    if (expired.length > 0) await this.#try('remove expired values', parameters.remove(expired, call), call);
    return names;
  }

  /** Removes parts of the value before, and adds the tags. The value is stored by now, so neither failure is the caller's. */
  async #tidyUp(name: string, path: string, folder: string | undefined, call?: CallOptions): Promise<void> {
    const parameters = await this.#parameters();
    const removeOld = async () => {
      const parts = await parameters.listFolder(folderFor(name), call);
      const old = parts.filter((part) => folder === undefined || !part.startsWith(`${folder}/`));
      await parameters.remove(old, call);
    };
    await Promise.all([
      this.#try('remove an earlier value', removeOld(), call),
      this.#try('tag a parameter', parameters.tag(path, tags, call), call),
    ]);
  }

  async #try(what: string, work: Promise<void>, call?: CallOptions): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#lifecycle.enter(call);
      this.#log.warn({ request_id: call?.requestId, error }, `could not ${what}`);
    }
  }
}

/** The parts of all values that a name ever has. */
const folderFor = (name: string) => `${partsFolder}/${hash('sha256', name, 'hex').slice(0, 32)}`;

async function readParts(
  parameters: Parameters,
  { folder, count }: NonNullable<Header['parts']>,
  call?: CallOptions,
): Promise<string | undefined> {
  const paths = Array.from({ length: count }, (_, at) => `${folder}/${at}`);
  const parts = await Promise.all(paths.map((path) => parameters.get(path, call)));
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}

function checkValue(value: string, expiresAt: number | undefined): void {
  if (Buffer.byteLength(value) > maximumBytes) {
    throw new RunvoyError('PAYLOAD_TOO_LARGE', `a secret value has at most ${maximumBytes} bytes of UTF-8`, {
      field: 'value',
      remedy: 'Put larger data where the command can fetch it, and keep the key to it as the secret.',
    });
  }
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt))
    throw new RunvoyError('INVALID_REQUEST', 'expiresAt is not a time', { field: 'expiresAt' });
}
