import { type ProviderPlugin, RunvoyError } from '@runvoy/core/provider';
import { runnableImage } from '../reference/process-tasks.ts';
import { type Fault, faultsIn, roundTrip, sharedBy } from './support/fault.ts';

type Validate = ProviderPlugin['config']['~standard']['validate'];
type Issues = readonly { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] }[];

const configFault = (id: string, what: string, sentence: string, change: (validate: Validate) => Validate): Fault => ({
  id: `plugin.${id}`,
  caughtBy: `plugin.${what}`,
  sentence,
  plugin: (plugin) => ({
    ...plugin,
    config: { '~standard': { ...plugin.config['~standard'], validate: change(plugin.config['~standard'].validate) } },
  }),
});

const issueFault = (id: string, what: string, sentence: string, change: (issues: Issues) => Issues): Fault =>
  configFault(id, what, sentence, (validate) => async (env) => {
    const result = await validate(env);
    return result.issues ? { issues: change(result.issues) } : result;
  });

const inSockets = faultsIn('sockets');
const inBackendLogs = faultsIn('backendLogs');
const inIdentities = faultsIn('identities');

export const pluginFaults: readonly Fault[] = [
  {
    id: 'plugin.two-names',
    caughtBy: 'plugin.name',
    sentence: 'The opened provider has another name than the plugin.',
    break: (provider) => ({ ...provider, name: 'Memory' }),
  },
  {
    id: 'plugin.contract-of-words',
    caughtBy: 'plugin.contract',
    sentence: 'The version of the contract names a patch as well.',
    harness: {},
    plugin: (plugin) => withLaterContract(plugin),
  },
  configFault(
    'strict-settings',
    'config.accepts',
    'Variables that are not its own are refused.',
    (validate) => (env) => {
      const others = Object.keys(env as object).filter((name) => !name.startsWith('MEMORY_'));
      return others.length > 0 ? { issues: [{ message: `unknown: ${others.join(', ')}` }] } : validate(env);
    },
  ),
  issueFault('first-problem', 'config.all-problems', 'Only the first problem is reported.', (issues) =>
    issues.slice(0, 1),
  ),
  issueFault('problems-without-path', 'config.all-problems', 'Problems do not say whose they are.', (issues) =>
    issues.map(({ message }) => ({ message })),
  ),
  issueFault('problems-without-remedy', 'config.remedy', 'A problem is the word invalid.', (issues) =>
    issues.map((issue) => ({ ...issue, message: 'invalid' })),
  ),
  configFault('throwing-settings', 'config.whole', 'A missing variable throws.', (validate) => (env) => {
    if (!(env as Record<string, string>).MEMORY_DEPLOYMENT) throw new TypeError('cannot read properties of undefined');
    return validate(env);
  }),
  {
    id: 'plugin.reasons-missing',
    caughtBy: 'plugin.capabilities',
    sentence: 'A capability that is absent has no reason.',
    break: (provider) => ({ ...provider, capabilities: { ...provider.capabilities, images: { no: '' } } }),
  },
  {
    id: 'plugin.archive-promised',
    caughtBy: 'plugin.archive',
    sentence: 'The capability archive is there, and logs.archive is not.',
    break: (provider) => {
      const { archive: _archive, ...logs } = provider.logs;
      return { ...provider, logs };
    },
  },
  {
    id: 'plugin.default-image-refused',
    caughtBy: 'plugin.default-image',
    sentence: 'The default image cannot be prepared.',
    break: (provider) => ({
      ...provider,
      tasks: {
        ...provider.tasks,
        async prepare(template, call) {
          if (template.imageId === 'default-1' && template.image === runnableImage)
            throw new RunvoyError('INVALID_REQUEST', 'no such image', { remedy: 'Name another.' });
          return provider.tasks.prepare(template, call);
        },
      },
    }),
  },
  {
    id: 'plugin.platform-of-docker',
    caughtBy: 'plugin.platform',
    sentence: 'The default platform is written as Docker writes it.',
    break: (provider) => ({ ...provider, defaultPlatform: 'linux/arm64' }),
  },
  {
    id: 'plugin.one-role',
    caughtBy: 'plugin.roles',
    sentence: 'The store is there in one role only.',
    break: (provider, { role }) =>
      role === 'websocket'
        ? {
            ...provider,
            store: { ...provider.store, insert: () => Promise.reject(new TypeError('store is undefined')) },
          }
        : provider,
  },
  {
    id: 'plugin.opens-once',
    caughtBy: 'plugin.opened-at-once',
    sentence: 'Connections that are opened at the same time get in each other’s way.',
    plugin(plugin) {
      let opening = 0;
      return {
        ...plugin,
        async open(config, context) {
          const isCrowded = opening++ > 4;
          try {
            await roundTrip();
            if (isCrowded) throw new Error('database is locked');
            return await plugin.open(config, context);
          } finally {
            opening--;
          }
        },
      };
    },
    harness: { parallel: 1 },
  },
  {
    id: 'plugin.imports-sdk',
    caughtBy: 'plugin.import.no-sdk',
    sentence: 'Importing the plugin imports the SDK.',
    harness: { module: new URL('./support/plugin-with-sdk.ts', import.meta.url).href },
  },
  {
    id: 'plugin.claims-for-all',
    caughtBy: 'plugin.claim.second',
    sentence: 'A second server may serve the deployment too.',
    break: (provider) => ({ ...provider, claimServer: async () => undefined }),
  },
  {
    id: 'plugin.claim-without-remedy',
    caughtBy: 'plugin.claim.second',
    sentence: 'A claim is refused without naming who holds it.',
    break: (provider) => ({
      ...provider,
      claimServer: () => provider.claimServer!().catch(() => Promise.reject(new RunvoyError('CONFLICT', 'locked'))),
    }),
  },
  {
    id: 'plugin.claim-given-up',
    caughtBy: 'plugin.claim.refused-again',
    sentence: 'A claim that is refused takes the right from its owner.',
    break: (provider, context) => {
      const claim = sharedBy(context, 'claim', () => ({ isHeld: false }));
      return {
        ...provider,
        async claimServer() {
          if (claim.isHeld) {
            claim.isHeld = false;
            throw new RunvoyError('CONFLICT', `process ${process.pid} holds it`, { remedy: 'Stop it.' });
          }
          claim.isHeld = true;
        },
      };
    },
  },
  {
    id: 'plugin.claim-for-ever',
    caughtBy: 'plugin.claim.free-again',
    sentence: 'The right to serve is not given back by close.',
    break: (provider, context) => {
      const claim = sharedBy(context, 'claim', () => ({ isHeld: false }));
      return {
        ...provider,
        async claimServer() {
          if (claim.isHeld)
            throw new RunvoyError('CONFLICT', `process ${process.pid} holds it`, { remedy: 'Stop it.' });
          claim.isHeld = true;
        },
      };
    },
  },
  inIdentities('nobody', 'identities.known', 'No role is found.', () => ({ exists: async () => false })),
  inIdentities('everybody', 'identities.unknown', 'Every role exists.', () => ({ exists: async () => true })),
  inIdentities(
    'raw-error',
    'identities.odd',
    'A name that the cloud refuses is an error of the SDK.',
    (identities) => ({
      async exists(name, call) {
        if (!/^[\w-]+$/.test(name)) throw new Error('ValidationError: 1 validation error detected');
        return identities.exists(name, call);
      },
    }),
  ),
  inSockets('to-everybody', 'sockets.push.arrives', 'A text goes to every viewer.', (sockets, context) => {
    const known = sharedBy(context, 'known', () => new Set<string>());
    return {
      async push(connection, text, call) {
        known.add(connection);
        for (const other of known) if (other !== connection) await sockets.push(other, text, call);
        return sockets.push(connection, text, call);
      },
    };
  }),
  inSockets('out-of-order', 'sockets.push.order', 'Texts for one viewer overtake each other.', (sockets) => ({
    async push(connection, text, call) {
      await new Promise((resolve) => setTimeout(resolve, text.length % 7));
      return sockets.push(connection, text, call);
    },
  })),
  inSockets('never-gone', 'sockets.push.gone', 'A viewer who is gone counts as served.', (sockets) => ({
    async push(...args) {
      await sockets.push(...args);
      return 'sent';
    },
  })),
  inSockets(
    'one-by-one',
    'sockets.push.dead-viewer',
    'Texts for all viewers wait for each other.',
    (sockets, context) => {
      const queue = sharedBy(context, 'queue', () => ({ last: Promise.resolve() as Promise<unknown> }));
      return {
        push(connection, text, call) {
          const sent = queue.last.then(async () => {
            if (text.length > 10_000) await new Promise((resolve) => setTimeout(resolve, 1000));
            return sockets.push(connection, text, call);
          });
          queue.last = sent;
          return sent;
        },
      };
    },
  ),
  inSockets('half-the-bytes', 'sockets.push.maximum', 'A text may have half of what maximumBytes says.', (sockets) => ({
    async push(connection, text, call) {
      if (text.length > sockets.maximumBytes / 2) throw new RunvoyError('PAYLOAD_TOO_LARGE', 'too large');
      return sockets.push(connection, text, call);
    },
  })),
  inSockets('stays-open', 'sockets.close', 'close forgets a socket, and leaves it open.', () => ({
    close: async () => undefined,
  })),
  inSockets('without-limits', 'sockets.limits', 'The limits are 0.', () => ({ maximumBytes: 0, lifetimeSeconds: 0 })),
  inBackendLogs('parsed', 'backend-logs.find.kept', 'An entry is given back as its message.', (backendLogs) => ({
    find: async (id, call) =>
      (await backendLogs.find(id, call)).map(({ time, text }) => ({ time, text: String(JSON.parse(text).msg) })),
  })),
  inBackendLogs('newest-first', 'backend-logs.find.oldest-first', 'The newest entry comes first.', (backendLogs) => ({
    find: async (id, call) => (await backendLogs.find(id, call)).reverse(),
  })),
  inBackendLogs(
    'by-text',
    'backend-logs.find.others',
    'Entries are found by the id anywhere in their text.',
    (backendLogs, context) => {
      const lines = sharedBy(context, 'lines', () => [] as string[]);
      return {
        write(line) {
          lines.push(line);
          backendLogs.write!(line);
        },
        find: async (id) =>
          lines.filter((line) => line.includes(id)).map((text) => ({ time: Number(JSON.parse(text).time), text })),
      };
    },
  ),
  inBackendLogs('nothing-fails', 'backend-logs.find.nothing', 'find of what is not there fails.', (backendLogs) => ({
    async find(id, call) {
      const entries = await backendLogs.find(id, call);
      if (entries.length === 0) throw new RunvoyError('NOT_FOUND', 'no such request');
      return entries;
    },
  })),
  inBackendLogs('throws', 'backend-logs.write.never-throws', 'A line that is no JSON throws.', (backendLogs) => ({
    write(line) {
      JSON.parse(line);
      backendLogs.write!(line);
    },
  })),
];

/** Passes core, which looks at the major version, and fails the check, which wants major.minor. */
function withLaterContract(plugin: ProviderPlugin): ProviderPlugin {
  let reads = 0;
  return {
    ...plugin,
    get contract() {
      return reads++ < 3 ? plugin.contract : `${plugin.contract}.7`;
    },
  };
}
