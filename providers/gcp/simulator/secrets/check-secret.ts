import { invalidArgument } from '../cloud/cloud-error.ts';

const idPattern = /^[A-Za-z0-9_-]{1,255}$/;
const labelKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const labelValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const annotationKey = /^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/;
const aliasPattern = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;
const mostLabels = 64;
const mostAliases = 50;
const mostAnnotationBytes = 16 * 1024;
export const largestPayload = 64 * 1024;

/** The limits of Secret Manager (resources.proto and its quotas page). All throw INVALID_ARGUMENT. */
export function checkSecretId(id: string): void {
  if (!idPattern.test(id))
    throw invalidArgument(`Secret id '${id}' is invalid: 1 to 255 letters, digits, hyphens and underscores.`);
}

export function checkLabels(labels: Record<string, string>): void {
  const entries = Object.entries(labels);
  if (entries.length > mostLabels) throw invalidArgument(`A secret can have at most ${mostLabels} labels.`);
  for (const [key, value] of entries) {
    if (!labelKey.test(key)) throw invalidArgument(`Label key '${key}' is invalid.`);
    if (!labelValue.test(value)) throw invalidArgument(`Label value '${value}' of '${key}' is invalid.`);
  }
}

export function checkAnnotations(annotations: Record<string, string>): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    if (!annotationKey.test(key)) throw invalidArgument(`Annotation key '${key}' is invalid.`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes >= mostAnnotationBytes)
    throw invalidArgument(
      `The total size of annotation keys and values must be less than 16KiB, it is ${bytes} bytes.`,
    );
}

export function checkAliases(aliases: Record<string, string>): void {
  const names = Object.keys(aliases);
  if (names.length > mostAliases) throw invalidArgument(`A secret can have at most ${mostAliases} version aliases.`);
  for (const name of names)
    if (!aliasPattern.test(name) || name === 'latest' || name === 'NEW')
      throw invalidArgument(`Version alias '${name}' is invalid.`);
}
