export type { CallLog, CallQuery, CountedCall } from './cloud/call-log.ts';
export type { Fault } from './cloud/faults.ts';
export { type Knobs, ordinaryDay } from './cloud/knobs.ts';
export type { Lateness } from './cloud/random.ts';
export type { Grant, PermissionTable, UnusedGrant } from './permissions/permissions.ts';
export { type SimulatedCloud, type SimulatorOptions, startSimulator } from './start-simulator.ts';
