import type { ImageDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { Images, RequestContext } from '../services.ts';
import { allDocuments } from '../store/all-documents.ts';
import { checkImage, demandImages, type ImageProvider } from './check-image.ts';
import { defaultImage } from './default-mark.ts';
import { findImage } from './find-image.ts';
import { imageIdOf, looksLikeImageId } from './image-id.ts';
import { parseImageReference } from './image-reference.ts';
import { registerImage } from './register-image.ts';

export interface ImagesDependencies {
  provider: ImageProvider;
  now(): number;
}

/** Configurations of images that runs can use. */
export function createImages(dependencies: ImagesDependencies): Images {
  const { provider } = dependencies;
  const { store, tasks } = provider;

  /** The provider's own image is registered by the first run that needs it; nobody owns it, and it gets no default mark. */
  async function resolveProvidersImage(image: string, context: RequestContext): Promise<ImageDocument> {
    const call = { requestId: context.requestId };
    const imageId = imageIdOf(parseImageReference(image), await checkImage(provider, { image }, call));
    const existing = await store.get('images', imageId, call);
    if (existing) return existing;
    return (await registerImage(dependencies, { image, isDefault: false }, undefined, call)).image;
  }

  /** An image that was registered while there were containers must not be replaced by something else in silence. */
  function usable(image: ImageDocument): ImageDocument {
    demandImages(provider, image.image);
    return image;
  }

  return {
    async list(context) {
      const images = await allDocuments(store, 'images', { index: 'all' }, context);
      return images.sort((a, b) => compare(a.image, b.image) || compare(a.image_id, b.image_id));
    },

    register(input, { requestId, principal }) {
      return registerImage(dependencies, input, principal.email, { requestId });
    },

    async get(reference, context) {
      if (!reference.trim())
        throw new RunvoyError('INVALID_REQUEST', 'image parameter is required', { field: 'image' });
      const image = await findImage(store, reference, context);
      if (!image) throw notFound(reference);
      return image;
    },

    async resolve(reference, context) {
      if (!reference) {
        const image = await defaultImage(store, context);
        if (image) return usable(image);
        if (provider.defaultImage !== undefined) return resolveProvidersImage(provider.defaultImage, context);
        throw new RunvoyError('INVALID_REQUEST', 'no image specified and no default image configured', {
          field: 'image',
          remedy: 'Name an image, or have one registered as the default.',
        });
      }
      const image = await findImage(store, reference, context);
      if (image) return usable(image);
      if (reference === provider.defaultImage) return resolveProvidersImage(reference, context);
      demandImages(provider, reference);
      throw notFound(reference);
    },

    async remove(imageId, context) {
      if (!looksLikeImageId(imageId))
        throw new RunvoyError('INVALID_REQUEST', `"${imageId}" is not an image id`, {
          field: 'image',
          remedy: 'Give the exact image_id, such as alpine:latest-a1b2c3d4: one image can be registered several times.',
        });
      const call = { requestId: context.requestId };
      const image = await store.get('images', imageId, call);
      if (!image) throw new RunvoyError('NOT_FOUND', `image "${imageId}" not found`, { field: 'image', remedy });
      // The document first: no run starts from a template that is about to go, and health reports one that stays.
      await store.remove('images', imageId, call);
      await tasks.forget(image.template_ref, call);
      return image;
    },
  };
}

const remedy = 'Register it first, or list the images that there are.';

function notFound(reference: string): RunvoyError {
  return new RunvoyError('NOT_FOUND', `image not found: ${reference}`, { field: 'image', remedy });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
