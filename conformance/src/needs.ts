import type { Capabilities, Provider } from '@runvoy/core/provider';
import type { Hint, Need } from './check.ts';
import type { Deployment, Harness } from './harness.ts';

/** Why a check cannot be made: the provider's own reason for what it lacks, or what the harness would have to give. */
export function whyAbsent(
  need: Need,
  provider: Provider,
  harness: Harness,
  deployment: Deployment,
): string | undefined {
  if (need in hints) return hints[need as Hint](harness, deployment);
  switch (need) {
    case 'sockets':
    case 'backendLogs':
    case 'listen':
    case 'claimServer':
      return provider[need] ? undefined : `the provider has no ${need}, which is optional`;
    case 'output': {
      const { masking, archive } = provider.capabilities;
      if (masking === true || archive === true || provider.listen || deployment.delivered) return undefined;
      return 'lines are delivered by the cloud: give Deployment.delivered in the harness';
    }
    case 'stdin': {
      const { stdin } = provider.capabilities;
      return 'no' in stdin ? stdin.no : undefined;
    }
    default: {
      const capability = provider.capabilities[need as Exclude<keyof Capabilities, 'stdin'>];
      return capability === true ? undefined : capability.no;
    }
  }
}

const unless = (isThere: unknown, member: string): string | undefined =>
  isThere ? undefined : `the harness gives no ${member}`;

const hints: Record<Hint, (harness: Harness, deployment: Deployment) => string | undefined> = {
  'harness.errors': ({ errors }) => unless(errors, 'errors'),
  'harness.identities': ({ identities }) => unless(identities, 'identities'),
  'harness.invalidSettings': ({ invalidSettings }) => unless(invalidSettings, 'invalidSettings'),
  'harness.malformed': ({ notifications }) => unless(notifications?.malformed, 'notifications.malformed'),
  'harness.module': ({ module }) => unless(module, 'module'),
  'harness.reconcile': ({ notifications }) => unless(notifications?.reconcile, 'notifications.reconcile'),
  'harness.repositories': ({ repositories }) => (typeof repositories === 'object' ? repositories.no : undefined),
  'harness.taskChanged': ({ notifications }) => unless(notifications?.taskChanged, 'notifications.taskChanged'),
  'harness.logLines': ({ notifications }) => unless(notifications?.logLines, 'notifications.logLines'),
  'harness.viewers': (_harness, { connectViewer }) => unless(connectViewer, 'Deployment.connectViewer'),
};
