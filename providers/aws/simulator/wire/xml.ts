const escapeText = (text: string) => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** `<name>…</name>` around a text, or around elements of its members. */
export function element(name: string, content: string | Readonly<Record<string, string>>): string {
  const inner =
    typeof content === 'string'
      ? escapeText(content)
      : Object.entries(content)
          .map(([member, value]) => element(member, value))
          .join('');
  return `<${name}>${inner}</${name}>`;
}
