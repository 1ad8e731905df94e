import type { HealthReport } from '../../../../src/api/index.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Notice } from '../../components/notices.tsx';
import { formatDateTime } from '../../format.ts';

export function ReconcileReport({ report }: { report: HealthReport }) {
  const { issues, reconciled_count, error_count } = report;
  const good = issues.length === 0;
  return (
    <>
      <Notice
        kind={error_count > 0 ? 'bad' : good ? 'good' : 'warn'}
        title={
          good
            ? 'Records and cloud agree'
            : `${issues.length} ${issues.length === 1 ? 'finding' : 'findings'}, ${reconciled_count} repaired, ${error_count} to be looked at`
        }
      >
        <p class="muted">{formatDateTime(report.timestamp)}</p>
      </Notice>
      {!good && <Issues issues={issues} />}
      <div class="columns">
        {sectionsOf(report).map(({ title, facts }) => (
          <section key={title} class="card">
            <h3>{title}</h3>
            <dl class="facts">
              {facts.map(([name, value]) => (
                <div key={name} class="fact">
                  <dt>{name}</dt>
                  <dd>{Array.isArray(value) ? value.join(', ') || 'none' : String(value)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}

function Issues({ issues }: Pick<HealthReport, 'issues'>) {
  return (
    <ListTable columns={['Severity', 'What', 'Finding', 'Done']}>
      {issues.map((issue) => (
        <tr key={`${issue.resource_type} ${issue.resource_id} ${issue.message}`}>
          <td class="status-cell">
            <span class="status" data-status={issue.severity === 'error' ? 'FAILED' : 'STARTING'}>
              {issue.severity}
            </span>
          </td>
          <td class="main-cell">
            <span class="code strong">{issue.resource_id}</span>
            <span class="muted small-text">{spoken(issue.resource_type)}</span>
          </td>
          <td data-label="Finding">{issue.message}</td>
          <td data-label="Done">{spoken(issue.action)}</td>
        </tr>
      ))}
    </ListTable>
  );
}

type Fact = [name: string, value: number | boolean | readonly string[]];

function sectionsOf(report: HealthReport): { title: string; facts: Fact[] }[] {
  const { executions_status, compute_status, secrets_status, identity_status, authorizer_status } = report;
  return [
    { title: 'Executions', facts: factsOf(executions_status) },
    { title: 'Images', facts: factsOf(compute_status) },
    { title: 'Secrets', facts: factsOf(secrets_status) },
    { title: 'Roles in the cloud', facts: factsOf(identity_status) },
    { title: 'Users and owners', facts: factsOf(authorizer_status) },
  ];
}

function factsOf(section: Record<string, Fact[1]>): Fact[] {
  return Object.entries(section).map(([name, value]) => [spoken(name.replace(/_count$/, '')), value]);
}

function spoken(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
