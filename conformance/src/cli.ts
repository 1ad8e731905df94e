import { main } from './cli/main.ts';

// A provider may leave sockets and timers behind; the verdict does not wait for them.
process.exit(await main(process.argv.slice(2)));
