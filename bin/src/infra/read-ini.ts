import { readFileSync } from 'node:fs';

export type Ini = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** Sections of a file as the clouds' own command lines keep them; empty where there is none. Indented lines belong to nested settings, which nobody needs here. */
export function readIni(path: string): Ini {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | undefined;
  for (const line of readText(path).split(/\r?\n/)) {
    const [, title] = /^\[\s*([^\]]+?)\s*\]/.exec(line) ?? [];
    const [, name, value] = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (title !== undefined) section = sections[title] ??= {};
    else if (name !== undefined && value && section) section[name] = value;
  }
  return sections;
}

/** Empty where there is no such file. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
