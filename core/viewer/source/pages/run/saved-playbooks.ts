import { type Signal, signal } from '@preact/signals';
import { RunvoyError } from '../../../../src/contract/errors.ts';
import { type Playbook, readPlaybook } from '../../../../src/playbooks/playbook.ts';
import { store, stored } from '../../storage.ts';

/** A playbook's file as it was opened or pasted. */
export interface SavedPlaybook {
  name: string;
  text: string;
}

export const savedPlaybooks: Signal<readonly SavedPlaybook[]> = signal(stored<SavedPlaybook[]>('playbooks', []));

/** Those of the same name are replaced. */
export function savePlaybook(playbook: SavedPlaybook): void {
  const others = savedPlaybooks.value.filter(({ name }) => name !== playbook.name);
  savedPlaybooks.value = [...others, playbook].sort((a, b) => a.name.localeCompare(b.name));
  store('playbooks', savedPlaybooks.value);
}

export function removePlaybook(name: string): void {
  savedPlaybooks.value = savedPlaybooks.value.filter((one) => one.name !== name);
  store('playbooks', savedPlaybooks.value.length > 0 ? savedPlaybooks.value : undefined);
}

/** Rejects with INVALID_REQUEST, which says where it is wrong. The parser is loaded when it is first needed. */
export async function parsePlaybook({ name, text }: SavedPlaybook): Promise<Playbook> {
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new RunvoyError('INVALID_REQUEST', `${name}: ${(error as Error).message}`, {
      remedy: 'A playbook is YAML with at least a list of commands.',
    });
  }
  return readPlaybook(name, content, name);
}
