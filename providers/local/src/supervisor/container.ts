import { posix } from 'node:path';
import { checkOut } from './checkout.ts';
import { containerName, type DockerResult, docker } from './docker.ts';
import { runEnvironment, words } from './on-host.ts';
import type { ContainerOrder, RunOrder } from './protocol.ts';
import { type Conclusion, graceMs, type Run } from './run.ts';

/** Where a git checkout is inside the container. */
const workspace = '/workspace';

/**
 * Runs the command in a container of its own, step by step rather than with `docker run`, whose messages (pulling, a missing
 * image) would be mixed with the output of the command. A git checkout is made on this machine, since the image may have no
 * git, and copied: unlike a mounted folder that works with an engine elsewhere, and leaves no files of root behind.
 */
export async function runInContainer(run: Run, container: ContainerOrder): Promise<Conclusion> {
  const { order } = run;
  const { environment } = container;
  const name = containerName(order.execution);
  const step = (...args: string[]) => docker(args, environment, { signal: run.ending.signal });

  const hidden = colliding(order, environment);
  if (hidden) return failed(`a secret cannot be called ${hidden} with Docker, whose own setting that is`);
  if (!(await step('image', 'inspect', container.image)).ok) {
    run.explain(`pulling ${container.image}`);
    const pulled = await step('pull', '--quiet', '--platform', container.platform, container.image);
    if (!pulled.ok) return failed(pulled.complaint);
  }
  const checkout = await checkOut(run);
  if ('reason' in checkout) return checkout;
  run.explain('creating the container');
  try {
    const created = await docker(createArguments(run, container), variables(order, environment), {
      signal: run.ending.signal,
    });
    if (!created.ok) return failed(created.complaint);
    if (order.git) {
      const copied = await step('cp', `${run.workspace}/.`, `${name}:${workspace}`);
      if (!copied.ok) return failed(copied.complaint);
    }
    if (run.isEnding) return failed('ended before it began');
    run.interrupt = async () => {
      await docker(['stop', '--time', String(graceMs / 1000), name], environment);
    };
    await run.execute({
      file: 'docker',
      args: ['start', '--attach', ...(order.stdin === undefined ? [] : ['--interactive']), name],
      directory: run.workspace,
      environment,
      main: true,
      ...(order.stdin === undefined ? {} : { stdin: Buffer.from(order.stdin, 'base64') }),
    });
    return concluded(await docker(['inspect', '--format', '{{json .State}}', name], environment));
  } finally {
    void docker(['rm', '--force', '--volumes', name], environment);
  }
}

function createArguments({ order }: Run, container: ContainerOrder): string[] {
  const { execution, git, stdin } = order;
  const [file, ...args] = words(order);
  return [
    ...['create', '--init', '--name', containerName(execution), '--label', `runvoy.execution=${execution}`],
    ...['--cpus', String(container.cpu / 1024), '--platform', container.platform],
    // No swap on top, as in the clouds.
    ...['--memory', `${container.memory}m`, '--memory-swap', `${container.memory}m`],
    ...(stdin === undefined ? [] : ['--interactive']),
    ...(git ? ['--workdir', posix.join(workspace, 'repo', git.path ?? '.')] : []),
    ...Object.entries(runEnvironment(order)).flatMap(([name, value]) => [
      '--env',
      name in container.environment ? `${name}=${value}` : name,
    ]),
    ...['--entrypoint', file!, container.image, ...args],
  ];
}

/** The values travel in the environment of `docker`, where no process list shows them. */
const variables = (order: RunOrder, own: Record<string, string>): Record<string, string> => ({
  ...runEnvironment(order),
  ...own,
});

/** The name of a secret that would have to replace a setting of the `docker` command itself. */
const colliding = ({ secretEnv }: RunOrder, own: Record<string, string>): string | undefined =>
  Object.keys(secretEnv).find((name) => name in own);

interface ContainerState {
  Status: string;
  ExitCode: number;
  OOMKilled: boolean;
  Error: string;
}

function concluded(inspected: DockerResult): Conclusion {
  if (!inspected.ok) return { reason: 'lost', detail: `the container cannot be found: ${inspected.complaint}` };
  const state = JSON.parse(inspected.stdout) as ContainerState;
  if (state.Error !== '') return failed(state.Error);
  if (state.OOMKilled) return { reason: 'out-of-memory', detail: 'the container used more memory than its image may' };
  if (state.Status !== 'exited') return { reason: 'lost', detail: `the container is ${state.Status}` };
  return { reason: 'exited', exitCode: state.ExitCode };
}

const failed = (detail: string): Conclusion => ({ reason: 'start-failed', detail });
