import type { ImageDocument } from '../contract/collections.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import { allDocuments } from '../store/all-documents.ts';
import { looksLikeImageId } from './image-id.ts';
import { parseImageReference } from './image-reference.ts';

/** By image id, as registered, or by name and tag: at most two reads, as long as all images fit on a page. */
export async function findImage(
  store: Store,
  reference: string,
  call: CallOptions,
): Promise<ImageDocument | undefined> {
  const byId = looksLikeImageId(reference) ? await store.get('images', reference, call) : undefined;
  if (byId) return byId;
  const images = await allDocuments(store, 'images', { index: 'all' }, call);
  const registered = images.filter((image) => image.image === reference);
  return preferred(registered.length > 0 ? registered : byNameAndTag(images, reference));
}

/**
 * A reference without a registry also finds images of any registry, unless Docker Hub's is there; one with a registry finds
 * only its own. Upstream ignored the registry, and ran another one's image.
 */
function byNameAndTag(images: ImageDocument[], reference: string): ImageDocument[] {
  const { registry, name, tag } = parseImageReference(reference);
  const named = images.filter((image) => image.image_name === name && image.image_tag === tag);
  const exact = named.filter((image) => image.image_registry === registry);
  return exact.length > 0 || registry !== '' ? exact : named;
}

/** The default one, else the first by id. */
function preferred(images: ImageDocument[]): ImageDocument | undefined {
  return images.find((image) => image.is_default) ?? images[0];
}
