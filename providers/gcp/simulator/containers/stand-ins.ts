import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const programs = ['wget', 'curl'];

/**
 * A `wget` and a `curl` that send what is for Google to the simulator, and are this machine's own for the rest. With them a
 * script runs here exactly as it stands in production: `http://metadata.google.internal/…`, `https://….googleapis.com/…`.
 * Returns the folder for the front of PATH.
 */
export function writeStandIns(folder: string, restPort: number): string {
  mkdirSync(folder, { recursive: true });
  for (const name of programs) {
    const real = find(name);
    writeFileSync(join(folder, name), real ? redirecting(real, restPort) : missing(name), { mode: 0o755 });
  }
  return folder;
}

/** The metadata server is another one for each task, so its address comes by the variable that Google's own libraries read. */
const redirecting = (real: string, restPort: number): string => `#!/bin/sh
for argument do
  shift
  case $argument in
    http://metadata.google.internal/* | http://169.254.169.254/*)
      argument=\${argument#http://*/}
      argument=http://$GCE_METADATA_HOST/$argument ;;
    https://*.googleapis.com/*)
      argument=\${argument#https://*.googleapis.com/}
      argument=http://127.0.0.1:${restPort}/$argument ;;
  esac
  set -- "$@" "$argument"
done
exec '${real}' "$@"
`;

const missing = (name: string): string => `#!/bin/sh
echo '${name}: there is none on this machine, and containers of the simulated Cloud Run use its programs: install it' >&2
exit 127
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
