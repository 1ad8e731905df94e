import { type Capability, CONTRACT_VERSION, type ProviderPlugin } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { secret } from '../support/documents.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `plugin.${what}`,
  level: 'MUST',
  facet: 'plugin',
  sentence,
  why,
  run,
  ...more,
});

const pluginOf = ({ harness: { plugin } }: World): Promise<ProviderPlugin> | ProviderPlugin =>
  typeof plugin === 'function' ? plugin() : plugin;

async function problemsOf(world: World, env: Record<string, string | undefined>) {
  const { config } = await pluginOf(world);
  const result = await config['~standard'].validate(env);
  return (result.issues ?? []).map(({ path = [], message }) => ({
    variable: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }));
}

export const pluginChecks: readonly Check[] = [
  check(
    'name',
    'The name is lower case, and the opened provider has the same.',
    'RUNVOY_BACKEND_PROVIDER could not name it.',
    async (world) => {
      const { name } = await pluginOf(world);
      ok(/^[a-z][a-z0-9-]*$/.test(name), `a name in lower case: ${name}`);
      equal(world.provider.name, name, 'the name of the provider');
    },
  ),
  check(
    'contract',
    'The plugin names a version of the contract whose major is this one’s.',
    'Core would refuse it, or call what is not there.',
    async (world) => {
      const { contract } = await pluginOf(world);
      equal(contract.split('.')[0], CONTRACT_VERSION.split('.')[0], `the major version of ${contract}`);
      ok(/^\d+\.\d+$/.test(contract), `major.minor: ${contract}`);
    },
  ),
  check(
    'config.accepts',
    'config accepts the settings of a deployment, also beside variables that are not its own.',
    'A server would not start on a usual machine.',
    async (world) => {
      const others = { PATH: '/bin', HOME: '/root', EMPTY: '', RUNVOY_ROLE: 'all', NODE_OPTIONS: undefined };
      deepEqual(await problemsOf(world, { ...others, ...world.env }), [], 'problems');
    },
  ),
  check(
    'config.all-problems',
    'config reports all problems at once, each with the name of its variable as the path.',
    'Operators would correct one setting after the other, with a failed start in between.',
    async (world) => {
      const wrong = world.harness.invalidSettings!;
      const variables = (await problemsOf(world, { ...world.env, ...wrong })).map(({ variable }) => variable);
      deepEqual([...new Set(variables)].sort(), Object.keys(wrong).sort(), 'the variables with problems');
    },
    { needs: ['harness.invalidSettings'] },
  ),
  check(
    'config.remedy',
    'The message of a problem says what to do: it is more than the name of a type.',
    'Operators would have to guess what a setting should be.',
    async (world) => {
      for (const { variable, message } of await problemsOf(world, { ...world.env, ...world.harness.invalidSettings! }))
        ok(message.length >= 20 && message.includes(' '), `a sentence about ${variable}: ${message}`);
    },
    { needs: ['harness.invalidSettings'] },
  ),
  check(
    'config.whole',
    'config may be given an environment of odd variables, or an empty one, and answers instead of throwing.',
    'A start would fail with a stack trace.',
    async (world) => {
      for (const env of [{}, { '': '' }, { A: '\u0000' }, { constructor: 'x' }])
        ok(Array.isArray(await problemsOf(world, env)), 'a list of problems');
    },
  ),
  check(
    'capabilities',
    'Every capability is true, or says as a sentence why not; stdin says how many bytes.',
    'Users would be told "no" without a reason.',
    async ({ provider: { capabilities } }) => {
      const { stdin, ...others } = capabilities;
      const names = ['archive', 'identities', 'images', 'masking', 'outOfMemory', 'timeouts'];
      deepEqual(Object.keys(others).sort(), names, 'the capabilities beside stdin');
      for (const [name, capability] of Object.entries(others) as [string, Capability][])
        ok(
          capability === true || capability.no.trim().length > 5,
          `true or a reason for ${name}: ${JSON.stringify(capability)}`,
        );
      if ('no' in stdin) ok(stdin.no.trim().length > 5, 'a reason for no stdin');
      else ok(Number.isInteger(stdin.maximumBytes) && stdin.maximumBytes > 0, `bytes of stdin: ${stdin.maximumBytes}`);
    },
  ),
  check(
    'archive',
    'logs.archive is there if and only if the capability archive is.',
    'Gaps would never be filled, or filling them would fail.',
    async ({ provider: { logs, capabilities } }) => {
      equal(typeof logs.archive === 'function', capabilities.archive === true, 'whether there is logs.archive');
    },
  ),
  check(
    'default-image',
    'defaultImage, if there is one, can be prepared.',
    'The first command of a new user would fail.',
    async ({ provider }) => {
      if (provider.defaultImage === undefined) return;
      const { ref } = await provider.tasks.prepare({
        imageId: 'default-1',
        image: provider.defaultImage,
        cpu: 256,
        memory: 512,
        platform: provider.defaultPlatform ?? 'Linux/ARM64',
      });
      ok(ref, 'a ref');
    },
  ),
  check(
    'platform',
    'defaultPlatform, if there is one, is Linux/ARM64 or Linux/X86_64.',
    'Images registered without a platform could not run.',
    async ({ provider }) => {
      const platforms = [undefined, 'Linux/ARM64', 'Linux/X86_64'];
      ok(platforms.includes(provider.defaultPlatform), `a platform of the contract: ${provider.defaultPlatform}`);
    },
  ),
  check(
    'roles',
    'The provider opens in every role, and the store and logs work in each.',
    'A part of the server that runs by itself would not start.',
    async (world) => {
      for (const role of ['orchestrator', 'processor', 'websocket', 'all'] as const) {
        const provider = await world.open(role);
        await provider.store.insert('secrets', secret(role));
        equal((await provider.store.get('secrets', role))?.secret_name, role, `a document, in the role ${role}`);
        deepEqual((await provider.logs.read(role)).chunks, [], `an empty log, in the role ${role}`);
      }
    },
  ),
  check(
    'opened-at-once',
    'A deployment may be opened many times at once, a new one too.',
    'Servers that start together would fail, or spoil the database.',
    async (world) => {
      const providers = await world.during(
        'ten connections at once',
        Promise.all(Array.from({ length: 10 }, () => world.open())),
      );
      await Promise.all(providers.map(({ store }, n) => store.insert('secrets', secret(`s${n}`))));
      for (const [n] of providers.entries())
        equal((await world.provider.store.get('secrets', `s${n}`))?.secret_name, `s${n}`, 'the document of each');
    },
  ),
];
