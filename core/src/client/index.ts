export { isFinal } from '../executions/is-final.ts';
export { createBrowserTransport } from './browser-transport.ts';
export { createClient } from './client.ts';
export { createNodeTransport } from './node-transport.ts';
export type * from './types.ts';
