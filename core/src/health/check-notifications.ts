import type { Check } from './health.ts';

const messages = {
  malformed: 'could not be understood: the log of this server shows them',
  dropped: 'named a task that has no record: it was started by somebody else, or its record was removed',
} as const;

/** What the cloud has sent since the last time and nobody could act on. Each process tells of its own. */
export const checkNotifications: Check = async (report, { notifications }) => {
  const problems = notifications?.takeProblems();
  if (!problems) return;
  for (const kind of ['malformed', 'dropped'] as const) {
    if (problems[kind] === 0) continue;
    report.issues.push({
      resource_type: 'notification',
      resource_id: kind,
      severity: 'warning',
      message: `${problems[kind]} ${messages[kind]}`,
      action: 'reported',
    });
  }
};
