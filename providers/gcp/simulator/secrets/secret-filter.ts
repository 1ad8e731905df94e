import { invalidArgument } from '../cloud/cloud-error.ts';
import type { Secret } from './secret.ts';

const term = /^(name|labels\.[^:=\s]+|annotations\.[^:=\s]+)\s*([:=])\s*("[^"]*"|[^\s"]+)$/;

/** The filters that are used: names, labels and annotations, joined by AND. Others are refused, rather than ignored. */
export function secretFilter(filter: string): (secret: Secret) => boolean {
  if (filter.trim() === '') return () => true;
  const tests = filter.split(/\s+AND\s+/).map((text) => {
    const [, field, operator, quoted] = term.exec(text.trim()) ?? [];
    if (field === undefined) throw invalidArgument(`The filter '${text}' is not supported.`);
    const value = quoted!.replace(/^"|"$/g, '');
    return (secret: Secret) => {
      const found = fieldOf(secret, field);
      if (found === undefined) return false;
      if (value === '*') return true;
      return operator === '=' ? found === value : found.includes(value);
    };
  });
  return (secret) => tests.every((test) => test(secret));
}

function fieldOf(secret: Secret, field: string): string | undefined {
  if (field === 'name') return secret.id;
  const [map, key] = [field.slice(0, field.indexOf('.')), field.slice(field.indexOf('.') + 1)];
  return (map === 'labels' ? secret.labels : secret.annotations)[key.replace(/^"|"$/g, '')];
}
