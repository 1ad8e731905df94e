import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import type { ImageInput } from '../services.ts';
import type { ImageConfiguration } from './image-id.ts';

const platforms = ['Linux/ARM64', 'Linux/X86_64'];
/** Upstream's. */
const defaults = { cpu: 256, memory: 512, platform: 'Linux/ARM64' };

export type ImageProvider = Pick<
  Provider,
  'store' | 'tasks' | 'identities' | 'capabilities' | 'defaultImage' | 'defaultPlatform'
>;

/** The configuration that an input asks for. Rejects with INVALID_REQUEST or UNSUPPORTED what can never run. */
export async function checkImage(
  provider: ImageProvider,
  input: ImageInput,
  call: CallOptions,
): Promise<ImageConfiguration> {
  if (!input.image.trim())
    throw new RunvoyError('INVALID_REQUEST', 'image is required', {
      field: 'image',
      remedy: 'Give an image reference such as alpine:3.20.',
    });
  demandImages(provider, input.image);
  const configuration: ImageConfiguration = {
    cpu: positive('cpu', input.cpu ?? defaults.cpu),
    memory: positive('memory', input.memory ?? defaults.memory),
    platform: knownPlatform(input.platform || provider.defaultPlatform || defaults.platform),
    ...(input.taskRole && { taskRole: input.taskRole }),
    ...(input.executionRole && { executionRole: input.executionRole }),
  };
  await Promise.all([
    checkIdentity(provider, 'task_role_name', configuration.taskRole, call),
    checkIdentity(provider, 'task_execution_role_name', configuration.executionRole, call),
  ]);
  return configuration;
}

/** Where images are not isolated containers, there is only the provider's own. */
export function demandImages({ capabilities, defaultImage }: ImageProvider, image: string): void {
  if (capabilities.images === true || image === defaultImage) return;
  throw new RunvoyError('UNSUPPORTED', `image ${image} cannot be used here: ${capabilities.images.no}`, {
    field: 'image',
    remedy: `Leave the image out, or use ${defaultImage}.`,
  });
}

function positive(field: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new RunvoyError('INVALID_REQUEST', `${field} must be a positive whole number, not ${value}`, {
    field,
    remedy: 'Give CPU in units of which 1024 make a core, memory in MiB; or leave both out.',
  });
}

function knownPlatform(platform: string): string {
  const known = platforms.find((candidate) => candidate.toLowerCase() === platform.toLowerCase());
  if (known) return known;
  throw new RunvoyError('INVALID_REQUEST', `unknown platform ${platform}`, {
    field: 'runtime_platform',
    remedy: `Use ${platforms.join(' or ')}.`,
  });
}

async function checkIdentity(
  { capabilities, identities }: ImageProvider,
  field: string,
  name: string | undefined,
  call: CallOptions,
): Promise<void> {
  if (name === undefined) return;
  if (capabilities.identities !== true)
    throw new RunvoyError('UNSUPPORTED', `tasks cannot be given a role here: ${capabilities.identities.no}`, {
      field,
      remedy: 'Leave the role out.',
    });
  if (!(await identities.exists(name, call)))
    throw new RunvoyError('INVALID_REQUEST', `role ${name} does not exist`, {
      field,
      remedy: 'Create it first, or check its name.',
    });
}
