export type { Emulator, EmulatorName, Requirement } from './emulator.ts';
export { emulatorSetup } from './emulator-setup.ts';
export { type EmulatorOptions, type Emulators, openEmulators } from './open-emulators.ts';
export { emulatorsOf, parseRequirements } from './requirements.ts';
