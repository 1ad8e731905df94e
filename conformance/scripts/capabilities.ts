import { readFile } from 'node:fs/promises';
import type { Capabilities } from '@runvoy/core/provider';

export interface CapabilityText {
  name: keyof Capabilities;
  /** As the contract describes it, on one line. */
  text: string;
}

/** The capabilities in the contract's order and words: the interface `Capabilities`, read as text. */
export async function capabilityTexts(): Promise<CapabilityText[]> {
  const file = new URL('../../core/src/contract/capabilities.ts', import.meta.url);
  const source = await readFile(file, 'utf8');
  const body = source.slice(source.indexOf('interface Capabilities'));
  return [...body.matchAll(/\/\*\*(?<text>[\s\S]*?)\*\/\s*(?<name>\w+):/g)].map(({ groups }) => ({
    name: groups!.name as keyof Capabilities,
    text: groups!
      .text!.replace(/\s*\n\s*\*\s*/g, ' ')
      .replaceAll(/\{@link ([\w.]+)\}/g, '`$1`')
      .trim(),
  }));
}
