import type { HealthReport } from '../api/index.ts';
import { mapBounded } from '../concurrency/map-bounded.ts';

export type Issue = HealthReport['issues'][number];

/** Calls of one check that are under way at a time. */
const callsAtOnce = 8;

export function isFailure(issue: Issue): boolean {
  return issue.severity === 'error';
}

export function emptyReport(now: number): HealthReport {
  return {
    timestamp: new Date(now).toISOString(),
    compute_status: {
      total_resources: 0,
      verified_count: 0,
      recreated_count: 0,
      tag_updated_count: 0,
      orphaned_count: 0,
      orphaned_resources: [],
    },
    secrets_status: {
      total_secrets: 0,
      verified_count: 0,
      tag_updated_count: 0,
      missing_count: 0,
      orphaned_count: 0,
      orphaned_parameters: [],
    },
    identity_status: {
      default_roles_verified: true,
      custom_roles_verified: 0,
      custom_roles_total: 0,
      missing_roles: [],
    },
    authorizer_status: {
      users_with_invalid_roles: [],
      users_with_missing_roles: [],
      resources_with_missing_owners: [],
      orphaned_ownerships: [],
      missing_ownerships: [],
      total_users_checked: 0,
      total_resources_checked: 0,
    },
    executions_status: { total_active: 0, repaired_count: 0, orphaned_tasks: [], stuck: [] },
    issues: [],
    reconciled_count: 0,
    error_count: 0,
  };
}

/** Looks at each item; what cannot be looked at becomes an issue, and hides nothing about the others. */
export async function examine<T>(
  report: HealthReport,
  items: readonly T[],
  describe: (item: T) => { type: string; id: string },
  look: (item: T) => Promise<void>,
): Promise<void> {
  await mapBounded(items, callsAtOnce, async (item) => {
    try {
      await look(item);
    } catch (error) {
      const { type, id } = describe(item);
      report.issues.push({
        resource_type: type,
        resource_id: id,
        severity: 'error',
        message: `it could not be checked or repaired: ${messageOf(error)}`,
        action: 'requires_manual_intervention',
      });
    }
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
