import { describe, expect, it } from 'vitest';
import { createImages } from '../../src/images/images.ts';
import { contextOf } from '../support/context.ts';
import { failureOf } from '../support/failure-of.ts';
import { createMemoryProvider, MemoryFailure, type MemoryProviderOptions } from '../support/memory-provider.ts';

const context = contextOf('ana@example.com', 'operator');

function openImages(options: MemoryProviderOptions = {}) {
  const now = () => Date.UTC(2026, 0, 1);
  const provider = createMemoryProvider({ ...options, now });
  return { provider, control: provider.control, images: createImages({ provider, now }) };
}

describe('registering', () => {
  it('prepares a template, then writes the document', async () => {
    const { images, provider } = openImages();
    const { image } = await images.register(
      { image: 'ghcr.io/acme/tool:1.2', cpu: 512, platform: 'linux/x86_64' },
      context,
    );
    expect(image).toMatchObject({
      image: 'ghcr.io/acme/tool:1.2',
      image_registry: 'ghcr.io',
      image_name: 'acme/tool',
      image_tag: '1.2',
      cpu: 512,
      memory: 512,
      runtime_platform: 'Linux/X86_64',
      created_by: 'ana@example.com',
      owned_by: ['ana@example.com'],
    });
    expect(await provider.tasks.templates()).toEqual([image.template_ref]);
    expect(await images.list(context)).toEqual([image]);
  });

  it('uses the platform that the provider says, unless the caller does', async () => {
    const { images } = openImages({ defaultPlatform: 'Linux/X86_64' });
    expect((await images.register({ image: 'alpine' }, context)).image.runtime_platform).toBe('Linux/X86_64');
    expect((await openImages().images.register({ image: 'alpine' }, context)).image.image_id).toBe(
      'alpine:latest-c5c74c0e',
    );
  });

  it.each([
    ['image', { image: ' ' }, 'image is required'],
    ['cpu', { image: 'alpine', cpu: 0 }, 'cpu must be a positive whole number, not 0'],
    ['memory', { image: 'alpine', memory: 1.5 }, 'memory must be a positive whole number, not 1.5'],
    ['runtime_platform', { image: 'alpine', platform: 'Windows/X86_64' }, 'unknown platform Windows/X86_64'],
    ['task_role_name', { image: 'alpine', taskRole: 'ghost' }, 'role ghost does not exist'],
    ['task_execution_role_name', { image: 'alpine', executionRole: 'ghost' }, 'role ghost does not exist'],
  ])('refuses a wrong %s, and writes nothing', async (field, input, message) => {
    const { images, provider } = openImages();
    const failure = await failureOf(images.register(input, context));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', field, message });
    expect(failure.remedy).toBeTruthy();
    expect(await images.list(context)).toEqual([]);
    expect(await provider.tasks.templates()).toEqual([]);
  });

  it('takes roles that exist, where there are roles', async () => {
    const { images, control } = openImages();
    control.identities.add('my-task');
    const { image } = await images.register({ image: 'alpine', taskRole: 'my-task' }, context);
    expect(image.task_role_name).toBe('my-task');
    const { images: without } = openImages({ capabilities: { identities: { no: 'processes run as you' } } });
    expect(await failureOf(without.register({ image: 'alpine', taskRole: 'my-task' }, context))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('processes run as you'),
    });
  });

  it('leaves no document when the template cannot be made, and no template when the document cannot', async () => {
    const { images, provider, control } = openImages();
    control.fail('tasks.prepare', new MemoryFailure('PERMISSION_DENIED'));
    await expect(images.register({ image: 'alpine' }, context)).rejects.toThrow(MemoryFailure);
    expect(await images.list(context)).toEqual([]);
    control.fail('store.insert', new MemoryFailure('DATABASE_ERROR'));
    await expect(images.register({ image: 'alpine' }, context)).rejects.toThrow(MemoryFailure);
    expect(await provider.tasks.templates()).toEqual([]);
  });

  it('registers the same configuration once, whoever comes at the same time', async () => {
    const { images, provider } = openImages();
    const made = await Promise.all(Array.from({ length: 6 }, () => images.register({ image: 'alpine' }, context)));
    expect(new Set(made.map(({ image }) => image.image_id)).size).toBe(1);
    expect(await images.list(context)).toHaveLength(1);
    expect(await provider.tasks.templates()).toHaveLength(1);
  });

  it('refuses another registry with the same id, instead of running the wrong image', async () => {
    const { images } = openImages();
    await images.register({ image: 'evil.io/team/app:1' }, context);
    const failure = await failureOf(images.register({ image: 'trusted.io/team/app:1' }, context));
    expect(failure).toMatchObject({ code: 'CONFLICT', field: 'image' });
    expect(failure.message).toContain('evil.io/team/app:1');
    expect(await failureOf(images.resolve('trusted.io/team/app:1', context))).toMatchObject({ code: 'NOT_FOUND' });
    // With another size there is room for both, and each name finds its own.
    const { image } = await images.register({ image: 'trusted.io/team/app:1', cpu: 512 }, context);
    expect(await images.resolve('trusted.io/team/app:1', context)).toEqual(image);
  });
});

describe('the default mark', () => {
  const marked = async (images: ReturnType<typeof openImages>['images']) =>
    (await images.list(context)).filter((image) => image.is_default).map((image) => image.image);

  it('goes to the first image that does not refuse it, and stays', async () => {
    const { images } = openImages();
    await images.register({ image: 'none', isDefault: false }, context);
    expect(await marked(images)).toEqual([]);
    expect((await images.register({ image: 'first' }, context)).image.is_default).toBe(true);
    await images.register({ image: 'second' }, context);
    expect(await marked(images)).toEqual(['first']);
  });

  it('moves on demand, also to an image of any size that is registered already', async () => {
    const { images } = openImages();
    await images.register({ image: 'first' }, context);
    await images.register({ image: 'second', cpu: 1024, memory: 2048 }, context);
    const again = await images.register({ image: 'second', cpu: 1024, memory: 2048, isDefault: true }, context);
    expect(again.image).toMatchObject({ is_default: true, cpu: 1024 });
    expect(await marked(images)).toEqual(['second']);
    expect(await images.list(context)).toHaveLength(2);
    expect((await images.resolve(undefined, context)).image).toBe('second');
  });

  it('is one, however many ask for it at the same time', async () => {
    const { images } = openImages();
    const names = Array.from({ length: 5 }, (_, n) => `image${n}`);
    await Promise.all(names.map((image) => images.register({ image, isDefault: true }, context)));
    expect(await marked(images)).toHaveLength(1);
    const { images: others } = openImages();
    await Promise.all(names.map((image) => others.register({ image }, context)));
    expect(await marked(others)).toHaveLength(1);
  });

  it('goes with its image', async () => {
    const { images } = openImages();
    const { image } = await images.register({ image: 'first' }, context);
    await images.register({ image: 'second' }, context);
    await images.remove(image.image_id, context);
    expect(await marked(images)).toEqual([]);
    expect(await failureOf(images.resolve(undefined, context))).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'no image specified and no default image configured',
    });
  });
});

describe('finding', () => {
  it('knows ids, references, and names with their tag', async () => {
    const { images } = openImages();
    const { image } = await images.register({ image: 'public.ecr.aws/docker/library/alpine:latest' }, context);
    for (const reference of [image.image_id, image.image, 'docker/library/alpine', 'docker/library/alpine:latest'])
      expect(await images.get(reference, context)).toEqual(image);
    for (const reference of ['alpine', 'docker/library/alpine:3', 'ghcr.io/docker/library/alpine'])
      expect(await failureOf(images.get(reference, context))).toMatchObject({
        code: 'NOT_FOUND',
        message: `image not found: ${reference}`,
      });
  });

  it('finds tags that end like an id', async () => {
    const { images } = openImages();
    const { image } = await images.register({ image: 'app:main-1a2b3c4d' }, context);
    expect(await images.resolve('app:main-1a2b3c4d', context)).toEqual(image);
  });

  it('prefers the default among several sizes, else the first by id', async () => {
    const { images } = openImages();
    await images.register({ image: 'other' }, context);
    const sizes = await Promise.all(
      [256, 512, 1024].map((cpu) => images.register({ image: 'app:1', cpu, isDefault: false }, context)),
    );
    const ids = sizes.map(({ image }) => image.image_id).sort();
    expect((await images.resolve('app:1', context)).image_id).toBe(ids[0]);
    await images.register({ image: 'app:1', cpu: 1024, isDefault: true }, context);
    expect((await images.resolve('app:1', context)).cpu).toBe(1024);
  });

  it('sees more images than fit on a page', async () => {
    const { images, provider } = openImages();
    const { image } = await images.register({ image: 'template' }, context);
    for (let n = 0; n < 1100; n++)
      await provider.store.insert('images', {
        ...image,
        image_id: `a${n}:1-00000000`,
        image: `a${n}:1`,
        image_name: `a${n}`,
        image_tag: '1',
        is_default: false,
      });
    expect(await images.list(context)).toHaveLength(1101);
    expect((await images.resolve('template', context)).image).toBe('template');
  });

  it.each([
    ['the default', undefined],
    ['an id', 'app:1-82dbfef5'],
    ['a name', 'app:1'],
  ])('costs a run at most two reads for %s', async (_title, reference) => {
    const { images, control } = openImages();
    const { image } = await images.register({ image: 'app:1' }, context);
    control.calls['store.get'] = 0;
    control.calls['store.query'] = 0;
    await images.resolve(
      reference === undefined ? undefined : reference.includes('-') ? image.image_id : reference,
      context,
    );
    expect((control.calls['store.get'] ?? 0) + (control.calls['store.query'] ?? 0)).toBeLessThanOrEqual(2);
  });
});

describe("the provider's own image", () => {
  it('is registered by the first run that needs it, and gives way to a marked one', async () => {
    const { images, control } = openImages({ defaultImage: 'host' });
    const [image] = await Promise.all([images.resolve(undefined, context), images.resolve('host', context)]);
    expect(image).toMatchObject({ image: 'host', is_default: false, owned_by: [] });
    expect(await images.list(context)).toHaveLength(1);
    control.calls['store.get'] = 0;
    control.calls['store.query'] = 0;
    expect(await images.resolve(undefined, context)).toEqual(image);
    expect(control.calls).toMatchObject({ 'store.get': 1, 'store.query': 1 });
    await images.register({ image: 'alpine' }, context);
    expect((await images.resolve(undefined, context)).image).toBe('alpine');
  });

  it('is the only one where images are no containers', async () => {
    const { images } = openImages({ defaultImage: 'host', capabilities: { images: { no: 'runs are processes' } } });
    for (const attempt of [images.resolve('alpine', context), images.register({ image: 'alpine' }, context)])
      expect(await failureOf(attempt)).toMatchObject({
        code: 'UNSUPPORTED',
        field: 'image',
        message: expect.stringContaining('runs are processes'),
        remedy: expect.stringContaining('host'),
      });
    const image = await images.resolve('host', context);
    expect(await images.resolve(image.image_id, context)).toEqual(image);
  });

  it('does not stand in for an image that was marked while there were containers', async () => {
    const { images, provider } = openImages({ defaultImage: 'host' });
    await images.register({ image: 'alpine' }, context);
    const capabilities = { ...provider.capabilities, images: { no: 'no engine answers' } };
    const later = createImages({ provider: { ...provider, capabilities }, now: Date.now });
    expect(await failureOf(later.resolve(undefined, context))).toMatchObject({ code: 'UNSUPPORTED' });
    expect((await later.resolve('host', context)).image).toBe('host');
  });
});

describe('removing', () => {
  it('takes an exact id, and forgets the template', async () => {
    const { images, provider } = openImages();
    const { image } = await images.register({ image: 'alpine' }, context);
    expect(await failureOf(images.remove('alpine', context))).toMatchObject({
      code: 'INVALID_REQUEST',
      remedy: expect.stringContaining('alpine:latest-a1b2c3d4'),
    });
    expect(await failureOf(images.remove('alpine:latest-00000000', context))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'image "alpine:latest-00000000" not found',
    });
    await images.remove(image.image_id, context);
    expect(await provider.tasks.templates()).toEqual([]);
    expect(await failureOf(images.resolve(image.image_id, context))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
