import type { api } from '@runvoy/core';
import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { formatTime } from '../values/time.ts';

export interface RegisterOptions {
  setDefault?: boolean;
  taskRole?: string;
  taskExecRole?: string;
  cpu?: string;
  memory?: string;
  runtimePlatform?: string;
}

export async function register({ ui, connect }: Context, image: string, options: RegisterOptions): Promise<void> {
  const request: api.RegisterImageRequest = {
    image,
    ...(options.setDefault === undefined ? {} : { is_default: options.setDefault }),
    ...(options.taskRole === undefined ? {} : { task_role_name: options.taskRole }),
    ...(options.taskExecRole === undefined ? {} : { task_execution_role_name: options.taskExecRole }),
    ...(options.cpu === undefined ? {} : { cpu: wholeNumber(options.cpu, '--cpu', 'CPU units, 1024 to a core') }),
    ...(options.memory === undefined ? {} : { memory: wholeNumber(options.memory, '--memory', 'MiB') }),
    ...(options.runtimePlatform === undefined ? {} : { runtime_platform: options.runtimePlatform }),
  };
  const { client } = await connect();
  const registered = await client.registerImage(request);
  ui.result(registered, () => {
    ui.fields({ 'Image ID': registered.image_id, Image: registered.image, Message: registered.message });
    for (const note of registered.notes ?? []) ui.warn(note);
  });
}

export async function list({ ui, connect }: Context): Promise<void> {
  const { client } = await connect();
  const images = await client.listImages();
  ui.result({ images }, () =>
    ui.table(
      [
        { title: 'Image ID', value: (image: api.Image) => image.image_id, shrinks: true },
        { title: 'Image', value: (image) => image.image, shrinks: true },
        { title: 'CPU', value: (image) => image.cpu },
        { title: 'Memory', value: (image) => image.memory },
        { title: 'Runtime Platform', value: (image) => image.runtime_platform },
        { title: 'Is Default', value: (image) => (image.is_default ? 'Yes' : 'No') },
      ],
      images,
      'No images',
    ),
  );
}

export async function show({ ui, connect }: Context, reference: string): Promise<void> {
  const { client } = await connect();
  const image = await client.getImage(reference);
  ui.result(image, () =>
    ui.fields({
      'Image ID': image.image_id,
      Image: image.image,
      Registry: image.image_registry,
      Name: image.image_name,
      Tag: image.image_tag,
      CPU: image.cpu,
      Memory: image.memory,
      'Runtime Platform': image.runtime_platform,
      'Task Role': image.task_role_name,
      'Task Execution Role': image.task_execution_role_name,
      'Is Default': image.is_default ? 'Yes' : 'No',
      'Created By': image.created_by,
      'Created At (UTC)': formatTime(image.created_at),
    }),
  );
}

export async function unregister({ ui, connect }: Context, imageId: string): Promise<void> {
  const { client } = await connect();
  const answer = await client.removeImage(imageId);
  ui.result(answer, () => ui.fields({ Image: answer.image, Message: answer.message }));
}

function wholeNumber(text: string, field: string, unit: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new RunvoyError('INVALID_REQUEST', `${field} is not a whole number: ${JSON.stringify(text)}`, {
    field,
    remedy: `Give it in ${unit}.`,
  });
}
