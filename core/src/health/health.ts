import type { HealthReport } from '../api/index.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import type { Access, Executions, HealthChecks, Notifications } from '../services.ts';
import { checkAuthorisation } from './check-authorisation.ts';
import { checkExecutions } from './check-executions.ts';
import { checkIdentities } from './check-identities.ts';
import { checkNotifications } from './check-notifications.ts';
import { checkPlumbing } from './check-plumbing.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkTemplates } from './check-templates.ts';
import { emptyReport, isFailure, messageOf } from './report.ts';

export interface HealthDependencies {
  provider: Provider;
  executions: Executions;
  access: Access;
  notifications?: Notifications;
  now(): number;
}

/** Writes what it finds into its own part of the report, so that what it found before it failed is kept. */
export type Check = (report: HealthReport, dependencies: HealthDependencies, call: CallOptions) => Promise<void>;

const checks: Record<string, Check> = {
  templates: checkTemplates,
  secrets: checkSecrets,
  identities: checkIdentities,
  authorisation: checkAuthorisation,
  executions: checkExecutions,
  plumbing: checkPlumbing,
  notifications: checkNotifications,
};

/** Compares the records with the cloud, and repairs what can be repaired without losing anything. */
export function createHealth(dependencies: HealthDependencies): HealthChecks {
  return {
    async reconcile(requestId) {
      const report = emptyReport(dependencies.now());
      await Promise.all(
        Object.entries(checks).map(async ([name, check]) => {
          try {
            await check(report, dependencies, { requestId });
          } catch (error) {
            report.issues.push({
              resource_type: 'health_check',
              resource_id: name,
              severity: 'error',
              message: `the check could not be completed: ${messageOf(error)}`,
              action: 'requires_manual_intervention',
            });
          }
        }),
      );
      const titleOf = (issue: HealthReport['issues'][number]) => `${issue.resource_type} ${issue.resource_id}`;
      report.issues.sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
      report.error_count = report.issues.filter(isFailure).length;
      return report;
    },
  };
}
