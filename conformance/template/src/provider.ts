import { CONTRACT_VERSION, defineProvider, type Provider, RunvoyError } from '@runvoy/core/provider';
import { z } from 'zod';

/** What runvoy and its users see of the environment; a variable that is missing or wrong is named, with the remedy. */
const config = z.object({
  ACME_PREFIX: z
    .string({ error: 'is missing: set it to what the names of this deployment begin with' })
    .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 characters of a-z, 0-9 and -'),
});

const notWritten = { no: 'not written yet' };

/** Every method of the contract; what each owes is written at its declaration in @runvoy/core/provider. */
export default defineProvider({
  name: 'acme',
  contract: CONTRACT_VERSION,
  config,
  async open(): Promise<Provider> {
    // Import the cloud's SDK here, so that importing this package stays cheap: const { Client } = await import('acme-sdk');
    return {
      name: 'acme',
      capabilities: {
        images: notWritten,
        timeouts: notWritten,
        outOfMemory: notWritten,
        stdin: notWritten,
        masking: notWritten,
        archive: notWritten,
        identities: notWritten,
      },
      store: {
        insert: () => missing('store.insert'),
        get: () => missing('store.get'),
        update: () => missing('store.update'),
        query: () => missing('store.query'),
        remove: () => missing('store.remove'),
      },
      secrets: {
        put: () => missing('secrets.put'),
        reveal: () => missing('secrets.reveal'),
        remove: () => missing('secrets.remove'),
        list: () => missing('secrets.list'),
      },
      tasks: {
        prepare: () => missing('tasks.prepare'),
        forget: () => missing('tasks.forget'),
        templates: () => missing('tasks.templates'),
        start: () => missing('tasks.start'),
        inspect: () => missing('tasks.inspect'),
        stop: () => missing('tasks.stop'),
        list: () => missing('tasks.list'),
      },
      logs: {
        append: () => missing('logs.append'),
        read: () => missing('logs.read'),
        // biome-ignore lint/correctness/useYield: not written yet
        async *watch() {
          await missing('logs.watch');
        },
        ended: () => missing('logs.ended'),
      },
      identities: {
        exists: () => missing('identities.exists'),
      },
      decode: () => missing('decode'),
      // The code for an error of the SDK, so that core knows what it means: `THROTTLED`, `PERMISSION_DENIED`, …
      classify: () => undefined,
      async close() {
        // Release every connection, timer and file.
      },
    };
  },
});

async function missing(method: string): Promise<never> {
  throw new RunvoyError('UNSUPPORTED', `${method} is not written yet`);
}
