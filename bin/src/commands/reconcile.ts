import type { api } from '@runvoy/core';
import type { Context } from '../context.ts';

export default async function reconcile({ ui, connect }: Context): Promise<void> {
  const { client } = await connect();
  const answer = await client.reconcile();
  ui.result(answer, () => {
    const { report } = answer;
    ui.fields({ Status: answer.status, Reconciled: report.reconciled_count, Errors: report.error_count });
    section('Compute', report.compute_status);
    section('Secrets', report.secrets_status);
    section('Identity', report.identity_status);
    section('Access', report.authorizer_status);
    section('Executions', report.executions_status);
    if (report.issues.length > 0) ui.line('\nIssues');
    ui.table(
      [
        { title: 'Severity', value: (issue: api.HealthReport['issues'][number]) => issue.severity },
        { title: 'Type', value: (issue) => issue.resource_type },
        { title: 'Resource', value: (issue) => issue.resource_id, shrinks: true },
        { title: 'Message', value: (issue) => issue.message, shrinks: true },
        { title: 'Action', value: (issue) => issue.action },
      ],
      report.issues,
      'No issues',
    );
  });

  function section(title: string, values: Record<string, string[] | number | boolean> | undefined): void {
    if (!values) return;
    ui.line(`\n${title}`);
    ui.fields(Object.fromEntries(Object.entries(values).map(([name, value]) => [label(name), show(value)])));
  }
}

/** `orphaned_count` → `Orphaned count`. */
function label(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text[0]!.toUpperCase() + text.slice(1);
}

function show(value: string[] | number | boolean): string | number | undefined {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}
