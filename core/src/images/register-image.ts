import type { ImageDocument } from '../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { ImageInput } from '../services.ts';
import { checkImage, type ImageProvider } from './check-image.ts';
import { defaultImage, markDefault } from './default-mark.ts';
import { imageIdOf } from './image-id.ts';
import { parseImageReference } from './image-reference.ts';
import { templateOf } from './template-of.ts';

/** Registers a configuration of an image; one that is registered already only gets the default mark, if it is asked for. */
export async function registerImage(
  dependencies: { provider: ImageProvider; now(): number },
  input: ImageInput,
  owner: string | undefined,
  call: CallOptions,
): Promise<{ image: ImageDocument; notes: string[] }> {
  const { provider, now } = dependencies;
  const { store, tasks } = provider;
  const configuration = await checkImage(provider, input, call);
  const reference = parseImageReference(input.image);
  const imageId = imageIdOf(reference, configuration);
  const { cpu, memory, platform, taskRole, executionRole } = configuration;
  const time = now();
  const draft: ImageDocument = {
    image_id: imageId,
    image: input.image,
    image_registry: reference.registry,
    image_name: reference.name,
    image_tag: reference.tag,
    is_default: false,
    cpu,
    memory,
    runtime_platform: platform,
    template_ref: '',
    owned_by: [],
    created_at: time,
    updated_at: time,
    created_by_request_id: call.requestId,
    modified_by_request_id: call.requestId,
    ...(taskRole !== undefined && { task_role_name: taskRole }),
    ...(executionRole !== undefined && { task_execution_role_name: executionRole }),
    ...(owner !== undefined && { created_by: owner, owned_by: [owner] }),
  };

  const existing = await store.get('images', imageId, call);
  const { image, notes } = existing ? { image: existing, notes: [] } : await add(draft);
  if (image.image_registry !== reference.registry) throw collision(image, input.image);
  if (input.isDefault === true && !image.is_default)
    return { image: await markDefault({ store, now }, image, { unlessTaken: false }, call), notes };
  const isFirst = !existing && input.isDefault === undefined && (await defaultImage(store, call)) === undefined;
  if (isFirst) return { image: await markDefault({ store, now }, image, { unlessTaken: true }, call), notes };
  return { image, notes };

  /** The template before the document: a document says that the image can run. */
  async function add(document: ImageDocument): Promise<{ image: ImageDocument; notes: string[] }> {
    const { ref, notes = [] } = await tasks.prepare(templateOf(document), call);
    const image = { ...document, template_ref: ref };
    try {
      await store.insert('images', image, call);
      return { image, notes };
    } catch (error) {
      const winner = isRunvoyError(error, 'CONFLICT') ? await store.get('images', imageId, call) : undefined;
      // What health would report as an orphan; not if somebody else, registering the same, has the same template.
      if (winner?.template_ref !== ref) await tasks.forget(ref, call).catch(() => undefined);
      if (winner) return { image: winner, notes };
      throw error;
    }
  }
}

function collision(image: ImageDocument, reference: string): RunvoyError {
  return new RunvoyError(
    'CONFLICT',
    `${reference} would get the id ${image.image_id}, which is that of ${image.image}`,
    {
      field: 'image',
      remedy: `Remove ${image.image_id} first, or register this one with another tag, cpu or memory.`,
    },
  );
}
