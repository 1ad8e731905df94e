export type * as api from './api/index.ts';
export * from './provider.ts';
export type * from './services.ts';
