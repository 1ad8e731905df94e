import { emulatorSetup } from '../conformance/src/emulators/index.ts';

/** What the files that were named on the command line need; all that there is, when none was. */
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-') && argument.includes('/'));
const needsGoogle = named.length === 0 || named.some((path) => path.includes('gcp'));

/** One pair for all test files: an emulator takes seconds to start, and hundreds of megabytes. */
export default emulatorSetup({ wanted: needsGoogle ? ['firestore', 'pubsub'] : [] });
