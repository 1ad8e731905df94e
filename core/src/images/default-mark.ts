import type { ImageDocument } from '../contract/collections.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import { allDocuments } from '../store/all-documents.ts';
import { withLock } from '../store/with-lock.ts';

/** The image with the default mark. Should there be several, left by a crash, the first by id. */
export async function defaultImage(store: Store, call: CallOptions): Promise<ImageDocument | undefined> {
  const [image] = await store.query('images', { index: 'default', match: { is_default: true }, limit: 1 }, call);
  return image;
}

/**
 * Gives the default mark to one image and takes it from all others; with `unlessTaken`, only if no other has it. The new one is
 * marked first: a crash in between leaves two marks, not none.
 */
export function markDefault(
  dependencies: { store: Store; now(): number },
  image: ImageDocument,
  { unlessTaken }: { unlessTaken: boolean },
  call: CallOptions,
): Promise<ImageDocument> {
  const { store } = dependencies;
  return withLock(dependencies, 'the default image', call, async () => {
    const marked = await allDocuments(store, 'images', { index: 'default', match: { is_default: true } }, call);
    const others = marked.filter((other) => other.image_id !== image.image_id);
    if (unlessTaken && others.length > 0) return image;
    const modified_by_request_id = call.requestId;
    const set = { is_default: true, modified_by_request_id };
    const changed = await store.update('images', image.image_id, { set }, call);
    await Promise.all(
      others.map((other) =>
        store.update('images', other.image_id, { set: { is_default: false, modified_by_request_id } }, call),
      ),
    );
    return changed ?? image;
  });
}
