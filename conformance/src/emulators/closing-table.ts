import type { Emulator, EmulatorName } from './emulator.ts';

/** What ran against what, and what there was nothing for. */
export function closingTable(running: readonly Emulator[], missing: ReadonlyMap<EmulatorName, string>): string {
  const rows = [
    ['emulator', 'engine', 'version', 'address', 'found by'],
    ...running.map(({ name, engine, version, host, found }) => [name, engine, version, host, found]),
  ];
  const widths = rows[0]!.map((_cell, at) => Math.max(...rows.map((row) => row[at]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd(),
  );
  const absent = [...missing].map(([name, reason]) => `SKIPPED ${name}: ${reason}`);
  const count = missing.size === 0 ? [] : [`${missing.size} of ${running.length + missing.size} emulators are missing`];
  return [...(running.length > 0 ? lines : []), ...absent, ...count].join('\n');
}
