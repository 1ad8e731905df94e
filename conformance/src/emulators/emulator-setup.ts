import { type EmulatorOptions, openEmulators } from './open-emulators.ts';

/**
 * A `globalSetup` of vitest, which starts the emulators once for all test files and ends them after the last one:
 * `export default emulatorSetup({ wanted: ['firestore', 'pubsub'] })`. Tests find them by the variables that clients read.
 */
export function emulatorSetup(options: EmulatorOptions): () => Promise<() => Promise<void>> {
  return async () => {
    const emulators = await openEmulators(options);
    // Test files run in processes that are started from this one later.
    Object.assign(process.env, emulators.env);
    return async () => {
      const table = emulators.table();
      await emulators.close();
      if (table !== '') process.stderr.write(`\n${table}\n`);
    };
  };
}
