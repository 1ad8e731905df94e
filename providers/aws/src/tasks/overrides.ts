import type { TaskOverride } from '@aws-sdk/client-ecs';
import { RunvoyError, type TaskSpec } from '@runvoy/core/provider';
import type { AwsConfig } from '../config.ts';
import { pathOf } from '../secrets/parameter-name.ts';
import { runnerName, sidecarName } from './definition.ts';
import { checkoutFolder, runnerScript } from './runner-script.ts';
import { sidecarScript } from './sidecar-script.ts';

/** Characters of JSON that RunTask takes as overrides. */
const maximumCharacters = 8192;

/** What a run adds to its task definition. Throws PAYLOAD_TOO_LARGE, or INVALID_REQUEST for a variable that no shell could set. */
export function overridesOf(
  spec: TaskSpec,
  { secretDelivery, secretsPrefix }: Pick<AwsConfig, 'secretDelivery' | 'secretsPrefix'>,
): TaskOverride {
  const { command, git } = spec;
  const words = 'argv' in command ? command.argv : ['/bin/sh', '-c', command.shell];
  const hasSecrets = Object.keys(spec.secretEnv).length > 0 || git?.token !== undefined;
  const byParameter = secretDelivery === 'parameter' && hasSecrets && spec.secretsBundle !== undefined;
  if (byParameter) for (const name of Object.keys(spec.secretEnv)) checkName(name);
  const overrides: TaskOverride = {
    containerOverrides: [
      {
        name: sidecarName,
        command: ['/bin/sh', '-c', sidecarScript({ git: git !== undefined, secrets: byParameter })],
        environment: pairs({
          ...(byParameter && {
            RUNVOY_SECRETS: `${secretsPrefix}/${pathOf(spec.secretsBundle as string)}`,
            RUNVOY_SECRETS_PREFIX: secretsPrefix,
          }),
          ...(git && {
            RUNVOY_GIT_URL: git.url,
            RUNVOY_GIT_REF: git.ref ?? '',
            RUNVOY_GIT_PATH: git.path ?? '',
            ...(git.token !== undefined && !byParameter && { RUNVOY_GIT_TOKEN: git.token }),
          }),
        }),
      },
      {
        name: runnerName,
        command: ['/bin/sh', '-c', runnerScript, 'runvoy', ...words],
        environment: pairs({
          ...spec.env,
          ...(!byParameter && spec.secretEnv),
          RUNVOY_EXECUTION_ID: spec.executionId,
          RUNVOY_TIMEOUT: String(spec.timeoutSeconds),
          ...(git && { RUNVOY_DIRECTORY: git.path ? `${checkoutFolder}/${git.path}` : checkoutFolder }),
        }),
      },
    ],
  };
  const size = JSON.stringify(overrides).length;
  if (size <= maximumCharacters) return overrides;
  throw new RunvoyError(
    'PAYLOAD_TOO_LARGE',
    `command and environment are ${size - maximumCharacters} characters too long: ECS takes ${maximumCharacters}`,
    {
      field: 'command',
      remedy:
        hasSecrets && !byParameter
          ? 'Shorten them, or deliver secrets by Parameter Store (RUNVOY_AWS_SECRET_DELIVERY=parameter).'
          : 'Shorten them: put a script into the image or a git repository, and large values into a secret.',
    },
  );
}

const pairs = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));

function checkName(name: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return;
  throw new RunvoyError('INVALID_REQUEST', `${name} is not a name that an environment variable can have`, {
    field: 'env',
    remedy: 'Use letters, digits and underscores, with no digit in front.',
  });
}
