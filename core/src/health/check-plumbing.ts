import type { Check } from './health.ts';

/** Everything that connects the parts of the deployment is there: without it, output gets lost and nobody notices. */
export const checkPlumbing: Check = async (report, { provider }, call) => {
  for (const { type, id, message, severity, repaired } of (await provider.plumbing?.check(call)) ?? []) {
    if (repaired) report.reconciled_count++;
    report.issues.push({
      resource_type: type,
      resource_id: id,
      severity: repaired ? 'warning' : severity,
      message,
      action: repaired ? 'repaired' : severity === 'error' ? 'requires_manual_intervention' : 'reported',
    });
  }
};
