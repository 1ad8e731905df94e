import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { CloudError } from '../cloud/cloud-error.ts';
import type { Program } from '../containers/launch-plan.ts';
import { idOf } from '../secrets/names.ts';
import type { RunParts } from './run.ts';
import type { Condition, Container, EnvVar } from './types.ts';

/** Why a container never ran. */
export class StartFailure extends Error {
  readonly reason: Condition['reason'];

  constructor(message: string, reason?: Condition['reason']) {
    super(message);
    this.reason = reason;
  }
}

export interface Preparation {
  container: Container;
  /** Folders of this machine, by name of the volume. */
  volumes: ReadonlyMap<string, string>;
  /** The task's own. */
  folder: string;
  environment: Record<string, string>;
  /** Of the job: secrets are read as this account. */
  account: string;
}

/** What to run, with the image looked up and secrets resolved. Throws StartFailure as the real cloud fails the start. */
export function prepareContainer(parts: RunParts, preparation: Preparation): Program {
  const { container, volumes, folder, environment, account } = preparation;
  const image = parts.images.find(container.image!);
  if (!image) throw new StartFailure(`Image '${container.image}' not found.`, 'CONTAINER_MISSING');
  const command = container.command?.length ? container.command : image.entrypoint;
  const args = container.args?.length ? container.args : container.command?.length ? [] : image.cmd;
  const scratch = join(folder, `container-${container.name || 'main'}`);
  const home = join(folder, `home-${container.name || 'main'}`);
  for (const path of [scratch, home]) mkdirSync(path, { recursive: true });
  const env: Record<string, string> = { HOME: home, ...environment };
  for (const variable of container.env ?? []) env[variable.name!] = variableValue(parts, variable, account);
  const argv = [...command, ...args];
  checkProgram(argv[0]!, env.PATH!);
  return {
    argv,
    env,
    workingDir: container.workingDir || '/',
    mounts: (container.volumeMounts ?? []).map(({ name, mountPath }) => ({
      source: volumes.get(name!)!,
      path: mountPath!,
    })),
    scratch,
  };
}

function variableValue(parts: RunParts, { value, valueSource }: EnvVar, account: string): string {
  const reference = valueSource?.secretKeyRef;
  if (!reference) return value ?? '';
  const secret = reference.secret!;
  const name = secret.startsWith('projects/') ? secret : `projects/${parts.project.id}/secrets/${secret}`;
  try {
    parts.cloud.permissions.check({
      caller: account,
      permission: 'secretmanager.versions.access',
      resource: name,
      project: parts.project,
    });
    return parts.secrets.reveal(idOf(name), reference.version || 'latest').data.toString();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const denied = error.code === status.PERMISSION_DENIED;
    throw new StartFailure(
      denied
        ? `Permission denied on secret: ${name}/versions/${reference.version || 'latest'} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`
        : `${error.message} It must exist and be enabled to be used by the execution.`,
      'SECRETS_ACCESS_CHECK_FAILED',
    );
  }
}

function checkProgram(name: string, path: string): void {
  const candidates =
    isAbsolute(name) || name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder, name));
  // A program in a volume can be there only later.
  if (name.includes('/') && !isAbsolute(name)) return;
  const found = candidates.some((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new StartFailure(`Application failed to start: "${name}": no such file or directory`);
}
