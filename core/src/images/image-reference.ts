export interface ImageReference {
  /** Empty: Docker Hub. */
  registry: string;
  name: string;
  /** Or a digest, `sha256:…`. */
  tag: string;
}

/** Takes `registry/name:tag` apart. The tag of a reference without one is `latest`. */
export function parseImageReference(reference: string): ImageReference {
  const { path, tag } = splitTag(reference);
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(slash, 0));
  // Only a host name has a dot or a port; `localhost` is the one that needs neither.
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  return hasRegistry ? { registry: first, name: path.slice(slash + 1), tag } : { registry: '', name: path, tag };
}

function splitTag(reference: string): { path: string; tag: string } {
  const at = reference.indexOf('@');
  if (at >= 0) return { path: reference.slice(0, at), tag: reference.slice(at + 1) };
  const colon = reference.lastIndexOf(':');
  const slash = reference.indexOf('/');
  // A colon before the first slash belongs to a port.
  if (colon >= 0 && (slash < 0 || colon > slash))
    return { path: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  return { path: reference, tag: 'latest' };
}
