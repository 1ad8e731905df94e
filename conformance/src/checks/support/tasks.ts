import { randomBytes } from 'node:crypto';
import type { Provider, TaskHandle, TaskSpec, TaskState, TaskTemplate } from '@runvoy/core/provider';
import type { World } from '../../world.ts';

export type Ended = Extract<TaskState, { phase: 'ended' }>;

/** An image that can run, of the smallest size that every cloud has. */
export function templateOf({ harness, provider }: World, more: Partial<TaskTemplate> = {}): TaskTemplate {
  const image = harness.images?.runnable ?? provider.defaultImage;
  if (image === undefined) throw new Error('the provider has no defaultImage: give images.runnable in the harness');
  return {
    imageId: 'conformance-1',
    image,
    cpu: 256,
    memory: 512,
    platform: provider.defaultPlatform ?? 'Linux/X86_64',
    ...more,
  };
}

/** A run of this command; the template is prepared. Without a shell when the command is a list. */
export async function specOf(
  world: World,
  command: string | readonly string[],
  more: Partial<TaskSpec> = {},
): Promise<TaskSpec> {
  const template = more.template ?? templateOf(world);
  const { ref } = await world.provider.tasks.prepare(template);
  const executionId = more.executionId ?? world.executionId();
  const secretsBundle = more.secretsBundle ?? (await putBundle(world, executionId, more));
  return {
    executionId,
    template,
    templateRef: ref,
    command: typeof command === 'string' ? { shell: command } : { argv: command },
    env: {},
    secretEnv: {},
    maskedValues: [],
    timeoutSeconds: 120,
    createdBy: 'ana@example.com',
    ...(secretsBundle !== undefined && { secretsBundle }),
    ...more,
  };
}

/** As core does it: a provider may take secrets from the spec or from the bundle. */
async function putBundle(
  { provider }: World,
  executionId: string,
  { secretEnv = {}, git }: Partial<TaskSpec>,
): Promise<string | undefined> {
  const bundle = { ...secretEnv, ...(git?.token !== undefined && { RUNVOY_GIT_TOKEN: git.token }) };
  if (Object.keys(bundle).length === 0) return undefined;
  const name = `exec/${executionId}/${randomBytes(16).toString('hex')}`;
  await provider.secrets.put(name, JSON.stringify(bundle));
  return name;
}

export async function startTask(
  world: World,
  command: string | readonly string[],
  more?: Partial<TaskSpec>,
  provider: Provider = world.provider,
): Promise<Required<TaskHandle>> {
  const spec = await specOf(world, command, more);
  const { ref } = await world.during('start', provider.tasks.start(spec));
  return { executionId: spec.executionId, ref };
}

export function untilEnded(world: World, task: TaskHandle): Promise<Ended> {
  return world.until('the end of the task', async () => {
    const state = await world.provider.tasks.inspect(task);
    return state.phase === 'ended' && state;
  });
}

export function untilRunning(world: World, task: TaskHandle): Promise<TaskState> {
  return world.until('the task to run', async () => {
    const state = await world.provider.tasks.inspect(task);
    if (state.phase === 'ended') throw new Error(`the task ended before it ran: ${JSON.stringify(state)}`);
    return state.phase === 'running' && state;
  });
}

/** Runs a command to its end. */
export async function runTask(
  world: World,
  command: string | readonly string[],
  more?: Partial<TaskSpec>,
): Promise<{ task: Required<TaskHandle>; state: Ended }> {
  const task = await startTask(world, command, more);
  return { task, state: await untilEnded(world, task) };
}

export async function isAbsent({ provider }: World, executionId: string): Promise<boolean> {
  return (await provider.tasks.inspect({ executionId })).phase === 'absent';
}
