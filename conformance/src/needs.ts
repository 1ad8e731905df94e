import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Capabilities, ErrorCode, Provider } from '@runvoy/core/provider';
import type { Hint, Need } from './check.ts';
import type { Deployment, Harness } from './harness.ts';
import { findCommandLine } from './product/command-line.ts';

/** Why a check cannot be made: the provider's own reason for what it lacks, or what the harness would have to give. */
export function whyAbsent(
  need: Need,
  provider: Provider,
  harness: Harness,
  deployment: Deployment,
): string | undefined {
  if (need in hints) return hints[need as keyof typeof hints](harness, deployment);
  if (need.startsWith(errorHint)) {
    const code = need.slice(errorHint.length) as ErrorCode;
    return unless(harness.errors?.[code], `errors.${code}`);
  }
  switch (need) {
    case 'sockets':
    case 'backendLogs':
    case 'listen':
    case 'receive':
    case 'claimServer':
      return provider[need] ? undefined : `the provider has no ${need}, which is optional`;
    case 'logs.exchange':
      return provider.logs.exchange ? undefined : 'lines are not delivered to one of several processes, one by one';
    case 'backendLogs.write':
      return provider.backendLogs?.write ? undefined : 'the platform captures the standard error of a service';
    case 'git':
      return hasGit() ? undefined : 'there is no git on this machine to make a repository with';
    case 'output': {
      const { masking, archive } = provider.capabilities;
      if (masking === true || archive === true || deployment.delivered) return undefined;
      return 'lines are delivered by the cloud: give Deployment.delivered in the harness';
    }
    case 'command': {
      const found = findCommandLine();
      return 'no' in found ? found.no : undefined;
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

const errorHint = 'harness.errors.';

const hasGit = (): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'git')));

const unless = (isThere: unknown, member: string): string | undefined =>
  isThere ? undefined : `the harness gives no ${member}`;

const hints: Record<
  Exclude<Hint, `${typeof errorHint}${string}`>,
  (harness: Harness, deployment: Deployment) => string | undefined
> = {
  'harness.errors': ({ errors }) => unless(errors, 'errors'),
  'harness.identities': ({ identities }) => unless(identities, 'identities'),
  'harness.invalidSettings': ({ invalidSettings }) => unless(invalidSettings, 'invalidSettings'),
  'harness.malformed': ({ notifications }) => unless(notifications?.malformed, 'notifications.malformed'),
  'harness.module': ({ module }) => unless(module, 'module'),
  'harness.reconcile': ({ notifications }) => unless(notifications?.reconcile, 'notifications.reconcile'),
  'harness.repositories': ({ repositories }) => (typeof repositories === 'object' ? repositories.no : undefined),
  'harness.requests': ({ requests }) => unless(requests, 'requests'),
  'harness.taskChanged': ({ notifications }) => unless(notifications?.taskChanged, 'notifications.taskChanged'),
  'harness.logLines': ({ notifications }) => unless(notifications?.logLines, 'notifications.logLines'),
  'harness.viewers': (_harness, { connectViewer }) => unless(connectViewer, 'Deployment.connectViewer'),
};
