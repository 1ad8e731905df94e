import { type ErrorCode, errorCodes, type ProviderPlugin } from '@runvoy/core/provider';
import { MemoryFailure } from '../../../core/test/support/memory-provider.ts';
import { type Deployment, defineHarness, type Harness } from '../../src/harness.ts';
import { deploymentOf, knownIdentity, password, reference, removeDeployment } from './plugin.ts';
import { runnableImage } from './process-tasks.ts';
import { createViewer } from './viewer.ts';

const raw = (event: object) => ({ type: 'memory', event });
const requestOf = (authorization: string, notification: unknown) => ({
  headers: { authorization },
  body: JSON.stringify(notification),
});
const codes = Object.keys(errorCodes) as ErrorCode[];

/** How the suite gets deployments of the reference, or of what a fault has made of it. */
export function referenceHarness(plugin: ProviderPlugin, more: Partial<Harness> = {}): Harness {
  return defineHarness({
    plugin,
    world: (id): Deployment => ({
      env: { MEMORY_DEPLOYMENT: id },
      connectViewer: async () => createViewer(deploymentOf(id)),
      teardown: () => removeDeployment(id),
    }),
    images: { runnable: runnableImage, unknown: 'unknown:1' },
    identities: { known: knownIdentity, unknown: 'no-such-role' },
    invalidSettings: { MEMORY_DEPLOYMENT: 'Not A Name', MEMORY_REGION: 'somewhere' },
    module: new URL('./module.ts', import.meta.url).href,
    errors: Object.fromEntries(codes.map((code) => [code, () => new MemoryFailure(code)])),
    notifications: {
      taskChanged: (executionId) => raw({ type: 'task-changed', task: { executionId } }),
      logLines: (executionId, lines) =>
        raw({
          type: 'log-lines',
          executionId,
          lines: lines.map((text, at) => ({ id: String(at), time: 1_700_000_000_000, stream: 'stdout', text })),
        }),
      reconcile: () => raw({ type: 'reconcile' }),
      malformed: [
        { type: 'memory' },
        raw({ type: 'task-changed' }),
        raw({ type: 'task-changed', task: { ref: 1 } }),
        raw({ type: 'log-lines', executionId: 'e' }),
        raw({ type: 'log-lines', executionId: 'e', lines: [{ id: 1 }] }),
        raw({ type: 'socket-closed' }),
      ],
    },
    requests: {
      genuine: (notification) => requestOf(password, notification),
      forged: (notification) => [requestOf('Bearer other', notification), requestOf('memory', notification)],
    },
    ...more,
  });
}

export default referenceHarness(reference);
