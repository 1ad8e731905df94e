/** `name: value` with a value that needs no knowledge of YAML. */
const plainLine = /^([a-z_]+): +(?:(\w[\w./~?=+-]*(?::\/\/[\w./~?=+:-]+)?)|"([^"\\]*)"|'([^']*)')\s*$/;

/**
 * Reads a file as upstream and `configure` write it, without the YAML library, which would double the time that
 * `runvoy status` takes to start. `undefined` for anything that is not as plain as that.
 */
export function readPlainSettings(text: string): Record<string, string> | undefined {
  const settings: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = plainLine.exec(line);
    const name = match?.[1];
    if (!match || !name || name in settings) return undefined;
    settings[name] = match[2] ?? match[3] ?? match[4] ?? '';
  }
  return settings;
}
