export type * as api from './api/index.ts';
export { importPackage } from './config/import-package.ts';
export type { Builtins } from './config/load-provider.ts';
export { type Embedded, type EmbeddedOptions, openEmbedded } from './embedded.ts';
export * from './provider.ts';
export { type RunningServer, type ServerOptions, startServer } from './server.ts';
export { openServerless, type Serverless, type ServerlessOptions } from './serverless.ts';
export type * from './services.ts';
