/** Finds or starts the emulators that the arguments name, says their variables as a line of JSON, and ends them with its input. */
import { once } from 'node:events';
import { type EmulatorName, openEmulators } from '@runvoy/conformance/emulators';

const emulators = await openEmulators({ wanted: process.argv.slice(2) as EmulatorName[] });
process.stdout.write(`${JSON.stringify(emulators.env)}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
const table = emulators.table();
await emulators.close();
if (table !== '') process.stderr.write(`\n${table}\n`);
process.exit();
