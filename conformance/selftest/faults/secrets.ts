import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunvoyError } from '@runvoy/core/provider';
import { createMemorySecrets } from '../../../core/test/support/memory-secrets.ts';
import { type Fault, faultsIn, roundTrip, sharedBy } from './support/fault.ts';
import { withFolder } from './support/with-folder.ts';

const inSecrets = faultsIn('secrets');
const day = 24 * 3600 * 1000;

export const secretFaults: readonly Fault[] = [
  inSecrets('expiry-ignored', 'secrets.expiry.over', 'Times of expiry are not kept.', (secrets) => ({
    put: (name, value, _options, call) => secrets.put(name, value, {}, call),
  })),
  inSecrets('expiry-listed', 'secrets.expiry.over', 'list names values that have expired.', (secrets, context) => {
    const names = sharedBy(context, 'names', () => new Set<string>());
    return {
      async put(name, value, options, call) {
        await secrets.put(name, value, options, call);
        names.add(name);
      },
      list: async (call) => [...new Set([...(await secrets.list(call)), ...names])],
    };
  }),
  inSecrets(
    'expiry-by-default',
    'secrets.expiry.none',
    'A value put without a time of expiry lives for a day.',
    (secrets, { now }) => ({
      put: (name, value, options, call) => secrets.put(name, value, { expiresAt: now() + day, ...options }, call),
    }),
  ),
  inSecrets(
    'expiry-sticks',
    'secrets.expiry.replaced',
    'A value that replaces another keeps the time of expiry of that one.',
    (secrets, context) => {
      const ends = sharedBy(context, 'ends', () => new Map<string, number | undefined>());
      return {
        async put(name, value, options, call) {
          const expiresAt = ends.get(name) ?? options?.expiresAt;
          await secrets.put(name, value, expiresAt === undefined ? {} : { expiresAt }, call);
          ends.set(name, expiresAt);
        },
      };
    },
  ),
  inSecrets(
    'expired-blocks',
    'secrets.expiry.put-again',
    'A name whose value has expired is scheduled for deletion, and taken.',
    (secrets, context) => {
      const ends = sharedBy(context, 'ends', () => new Map<string, number>());
      return {
        async put(name, value, options, call) {
          if ((ends.get(name) ?? Number.POSITIVE_INFINITY) <= context.now())
            throw new RunvoyError('CONFLICT', `${name} is being deleted`);
          if (options?.expiresAt !== undefined) ends.set(name, options.expiresAt);
          await secrets.put(name, value, options, call);
        },
      };
    },
  ),
  inSecrets(
    'value-in-error',
    'secrets.errors.silent',
    'The error about a value that is too large quotes it.',
    (secrets) => ({
      async put(name, value, options, call) {
        if (value.length > 65_536) throw new RunvoyError('PAYLOAD_TOO_LARGE', `too large: ${value}`);
        await secrets.put(name, value, options, call);
      },
    }),
  ),
  inSecrets(
    'value-in-cause',
    'secrets.errors.silent',
    'The error of the SDK, which holds the whole request, is the cause.',
    (secrets) => ({
      async put(name, value, options, call) {
        try {
          await secrets.put(name, value, options, call);
        } catch {
          throw new RunvoyError('INVALID_REQUEST', 'refused', { cause: { request: { name, value } } });
        }
      },
    }),
  ),
  inSecrets(
    'of-a-connection',
    'secrets.put.kept',
    'Values stay in the memory of the connection.',
    (_secrets, { now }) => createMemorySecrets(now),
  ),
  inSecrets('cached', 'secrets.put.replaces', 'reveal answers from a cache of its connection.', (secrets) => {
    const cache = new Map<string, string>();
    return {
      async reveal(name, call) {
        const value = cache.get(name) ?? (await secrets.reveal(name, call));
        if (value !== undefined) cache.set(name, value);
        return value;
      },
    };
  }),
  inSecrets('empty-is-none', 'secrets.put.empty', 'An empty value counts as none.', (secrets) => ({
    reveal: async (name, call) => (await secrets.reveal(name, call)) || undefined,
  })),
  inSecrets('trimmed', 'secrets.put.characters', 'White space at the ends of a value is lost.', (secrets) => ({
    put: (name, value, options, call) => secrets.put(name, value.trim(), options, call),
  })),
  inSecrets('four-kilobytes', 'secrets.put.large', 'A value may have 4 KB, as in Parameter Store.', (secrets) => ({
    async put(name, value, options, call) {
      if (Buffer.byteLength(value) > 4096) throw new RunvoyError('PAYLOAD_TOO_LARGE', 'too large');
      await secrets.put(name, value, options, call);
    },
  })),
  inSecrets('in-halves', 'secrets.put.at-once', 'A value is written in two parts.', (_secrets, context) => {
    const parts = sharedBy(context, 'parts', () => new Map<string, string>());
    const revealed = (name: string) => {
      const first = parts.get(`${name} 1`);
      return first === undefined ? undefined : first + parts.get(`${name} 2`);
    };
    let delay = 0;
    return {
      async put(name, value) {
        const half = Math.ceil(value.length / 2);
        parts.set(`${name} 1`, value.slice(0, half));
        for (let n = delay++ % 3; n >= 0; n--) await roundTrip();
        parts.set(`${name} 2`, value.slice(half));
      },
      reveal: async (name) => revealed(name),
    };
  }),
  inSecrets('names-without-case', 'secrets.names', 'Names are kept in lower case.', (secrets) => ({
    put: (name, ...rest) => secrets.put(name.toLowerCase(), ...rest),
    reveal: (name, call) => secrets.reveal(name.toLowerCase(), call),
    remove: (name, call) => secrets.remove(name.toLowerCase(), call),
  })),
  inSecrets('missing-fails', 'secrets.reveal.absent', 'reveal of a name that has no value fails.', (secrets) => ({
    async reveal(name, call) {
      const value = await secrets.reveal(name, call);
      if (value === undefined) throw new RunvoyError('SECRET_NOT_FOUND', `there is no ${name}`);
      return value;
    },
  })),
  inSecrets('removes-by-prefix', 'secrets.remove.gone', 'remove takes every name that begins like it.', (secrets) => ({
    async remove(name, call) {
      for (const other of await secrets.list()) if (other.startsWith(name)) await secrets.remove(other, call);
    },
  })),
  inSecrets('remove-missing-fails', 'secrets.remove.absent', 'remove of what is not there fails.', (secrets) => ({
    async remove(name, call) {
      if ((await secrets.reveal(name)) === undefined) throw new RunvoyError('SECRET_NOT_FOUND', `there is no ${name}`);
      await secrets.remove(name, call);
    },
  })),
  inSecrets('lists-removed', 'secrets.list', 'list names what was removed.', (secrets, context) => {
    const names = sharedBy(context, 'names', () => new Set<string>());
    return {
      async put(name, ...rest) {
        await secrets.put(name, ...rest);
        names.add(name);
      },
      list: async () => [...names],
    };
  }),
  inSecrets('lists-a-page', 'secrets.list.many', 'list gives the first page of the cloud only.', (secrets) => ({
    list: async (call) => (await secrets.list(call)).slice(0, 100),
  })),
  inSecrets('logged', 'secrets.logs.silent', 'put logs what it was called with.', (secrets, { log }) => ({
    put(name, value, ...rest) {
      log.debug({ name, value }, 'put');
      return secrets.put(name, value, ...rest);
    },
  })),
  {
    ...inSecrets('in-a-file', 'secrets.at-rest', 'Values are written to a file as they are.', (secrets, { env }) => ({
      async put(name, value, ...rest) {
        appendFileSync(join(env.MEMORY_FOLDER!, 'secrets.json'), JSON.stringify({ name, value }));
        await secrets.put(name, value, ...rest);
      },
    })),
    harness: withFolder(),
  },
];
