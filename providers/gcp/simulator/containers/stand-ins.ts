import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fetchProgram } from './fetch-program.ts';

const programs = ['wget', 'curl'] as const;

/**
 * A `wget` and a `curl` that send what is for Google to the simulator, and the rest where it belongs. With them a script runs here
 * exactly as it stands in production: `http://metadata.google.internal/…`, `https://….googleapis.com/…`. Those of this machine do the
 * work; where there are none, Node does. Returns the folder for the front of PATH.
 */
export function writeStandIns(folder: string, port: number): string {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'fetch.cjs');
  writeFileSync(program, fetchProgram);
  for (const name of programs) {
    const real = find(name);
    const command = real ? `'${real}'` : `'${process.execPath}' '${program}' ${name}`;
    writeFileSync(join(folder, name), redirecting(command, port), { mode: 0o755 });
  }
  return folder;
}

/** The metadata server is another one for each task, so its address comes by the variable that Google's own libraries read. */
const redirecting = (command: string, port: number): string => `#!/bin/sh
for argument do
  shift
  case $argument in
    http://metadata.google.internal/* | http://169.254.169.254/*)
      argument=\${argument#http://*/}
      argument=http://$GCE_METADATA_HOST/$argument ;;
    https://*.googleapis.com/*)
      argument=\${argument#https://*.googleapis.com/}
      argument=http://127.0.0.1:${port}/$argument ;;
  esac
  set -- "$@" "$argument"
done
exec ${command} "$@"
`;

function find(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
