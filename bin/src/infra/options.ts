import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import type { InfraDriver } from './driver.ts';

export interface InfraOptions {
  provider?: string;
  stackName?: string;
  template?: string;
  version?: string;
  parameter?: readonly string[];
  region?: string;
  local?: boolean;
  serviceAccount?: string;
  wait?: boolean | string;
  yes?: boolean;
  configure?: boolean;
  seedAdminUser?: string;
  deleteData?: boolean;
  drift?: boolean;
}

/** The driver of the cloud that the options and the environment name; what it needs is loaded only now. */
export async function openDriver({ env }: Context, options: InfraOptions): Promise<InfraDriver> {
  const provider = (options.provider ?? env.RUNVOY_BACKEND_PROVIDER ?? '').toLowerCase();
  const given = readParameters(options.parameter ?? []);
  const stackName = checkName(options.stackName ?? env.RUNVOY_AWS_INFRA_DEFAULT_STACK_NAME ?? 'runvoy-backend');
  const template = options.template === undefined ? {} : { template: options.template };
  if (provider === 'aws') {
    if (options.local) throw wrong('--local', 'is for gcp', 'Leave it out: CloudFormation is always Amazon’s.');
    const [{ awsRegion }, { createAwsClient }, { createStackDriver }] = await Promise.all([
      import('./aws/aws-region.ts'),
      import('./aws/aws-client.ts'),
      import('./aws/stack-driver.ts'),
    ]);
    const version: Record<string, string> = options.version === undefined ? {} : { ReleaseVersion: options.version };
    return createStackDriver(await createAwsClient(awsRegion(options.region, env), env), {
      stackName,
      ...template,
      parameters: { ...version, ...given },
    });
  }
  if (provider !== 'gcp')
    throw wrong(
      '--provider',
      provider ? `there is no infrastructure for ${JSON.stringify(provider)}` : 'no provider is given',
      'Give --provider aws or --provider gcp.',
    );
  const { project_id, ...others } = given;
  const { googlePlace } = await import('./gcp/google-place.ts');
  const { project, region } = googlePlace({ project: project_id, region: options.region }, env);
  const parameters = Object.fromEntries(Object.entries(others).map(([name, text]) => [name, readValue(text)]));
  const account = options.serviceAccount;
  const serviceAccount =
    account === undefined
      ? {}
      : { serviceAccount: account.includes('/') ? account : `projects/${project}/serviceAccounts/${account}` };
  const managed = { project, region, stackName, ...template, parameters, ...serviceAccount };
  if (options.local) return (await import('./gcp/local-terraform.ts')).createLocalDriver(env, managed);
  const [{ createGoogleClient }, { createManagerDriver }] = await Promise.all([
    import('./gcp/google-client.ts'),
    import('./gcp/infrastructure-manager.ts'),
  ]);
  return createManagerDriver(createGoogleClient(env, project), managed);
}

/** `--wait`, `--wait=false`, `--no-wait`. */
export function waits({ wait }: InfraOptions): boolean {
  if (wait === undefined || typeof wait === 'boolean') return wait ?? true;
  if (wait === 'true' || wait === 'false') return wait === 'true';
  throw wrong('--wait', `is ${JSON.stringify(wait)}`, 'Write --wait=true or --wait=false.');
}

function readParameters(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at <= 0)
        throw wrong(
          '--parameter',
          `${JSON.stringify(word)} is no name=value`,
          'Write --parameter name=value, once for each.',
        );
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** Numbers, truth values, lists and objects of a module are written as JSON; anything else is a text. */
function readValue(text: string): unknown {
  if (!/^(true|false|null|-?\d+(\.\d+)?|[[{].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function checkName(name: string): string {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,61}$/.test(name)) return name;
  throw wrong('--stack-name', `is ${JSON.stringify(name)}`, 'Use letters, digits and dashes, starting with a letter.');
}

function wrong(field: string, problem: string, remedy: string): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', problem.startsWith('is ') ? `${field} ${problem}` : problem, {
    field,
    remedy,
  });
}
