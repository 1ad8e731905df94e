/** What may stand between `<!-- begin <name> <argument> -->` and `<!-- end <name> -->`. */
export type Fillers = Record<string, (argument: string) => string | Promise<string>>;

/** The text with everything between markers made anew. Rejects a marker that no filler knows: a typing error must not stay. */
export async function fillMarkers(text: string, fillers: Fillers): Promise<string> {
  const pattern = /^<!-- begin (?<name>[\w-]+) ?(?<argument>.*?) -->\n[\s\S]*?^<!-- end \k<name> -->$/gm;
  let filled = '';
  let copied = 0;
  for (const { index, 0: block, groups } of text.matchAll(pattern)) {
    const { name = '', argument = '' } = groups ?? {};
    const filler = fillers[name];
    if (!filler) throw new Error(`nothing fills <!-- begin ${name} -->`);
    const [begin, end] = [block.slice(0, block.indexOf('\n')), `<!-- end ${name} -->`];
    filled += `${text.slice(copied, index)}${begin}\n\n${(await filler(argument)).trim()}\n\n${end}`;
    copied = index + block.length;
  }
  return filled + text.slice(copied);
}
