/** The half that clients of a server never need: the core server and the local provider, in a bundle of its own; clouds in more. */
import * as core from '@runvoy/core';

const builtins: core.Builtins = {
  local: () => import('@runvoy/local'),
  gcp: () => import('@runvoy/gcp'),
  aws: () => import('@runvoy/aws'),
};

export function openEmbedded(options: Omit<core.EmbeddedOptions, 'builtins'>): Promise<core.Embedded> {
  return core.openEmbedded({ ...options, builtins });
}

export function startServer(options: Omit<core.ServerOptions, 'builtins'>): Promise<core.RunningServer> {
  return core.startServer({ ...options, builtins });
}

export { runWith } from './dev/run-with.ts';
export { startDev } from './dev/start-dev.ts';
