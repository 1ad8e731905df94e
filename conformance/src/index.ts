export * from './check.ts';
export * from './expect.ts';
export * from './harness.ts';
export * from './world.ts';
