import { useState } from 'preact/hooks';
import type { HealthReport } from '../../../../src/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { Failure, Notice } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { useAction, useResource } from '../../resource.ts';
import { client } from '../../session.ts';
import { ReconcileReport } from './reconcile-report.tsx';

const pollMilliseconds = 10_000;

export function HealthPage() {
  const health = useResource(() => client.value.health(), [client.value], pollMilliseconds);
  const [report, setReport] = useState<HealthReport | undefined>(undefined);
  const reconcile = useAction(async () => setReport((await client.value.reconcile()).report));
  return (
    <Page title="Health" description="Whether the server answers, and whether its records and the cloud agree.">
      {health.error !== undefined && (
        <Failure error={health.error} title="The server does not answer" onRetry={health.reload} />
      )}
      {health.data && (
        <dl class="facts wide card">
          <div class="fact">
            <dt>Status</dt>
            <dd>
              <span class="status" data-status={health.error === undefined ? 'SUCCEEDED' : 'FAILED'}>
                {health.error === undefined ? 'Answers' : 'Does not answer'}
              </span>
            </dd>
          </div>
          <div class="fact">
            <dt>Version</dt>
            <dd>{health.data.version}</dd>
          </div>
          <div class="fact">
            <dt>Provider</dt>
            <dd>{health.data.provider.toLowerCase()}</dd>
          </div>
          {health.data.region && (
            <div class="fact">
              <dt>Region</dt>
              <dd>{health.data.region}</dd>
            </div>
          )}
        </dl>
      )}
      <section class="section">
        <header class="section-header">
          <h2>Reconciliation</h2>
          <button type="button" class="primary" disabled={reconcile.busy} onClick={() => void reconcile.run()}>
            <Icon name="repeat" />
            {reconcile.busy ? 'Comparing…' : 'Reconcile now'}
          </button>
        </header>
        <p class="muted">
          Compares executions, images, secrets, roles and users with what the cloud really has, and repairs what can be
          repaired. It also runs by itself, every hour.
        </p>
        <Failure error={reconcile.error} title="There is no new report" />
        {report ? (
          <ReconcileReport report={report} />
        ) : (
          reconcile.error === undefined && (
            <Notice kind="info" title="No report yet">
              <p>Reconcile now to see one.</p>
            </Notice>
          )
        )}
      </section>
    </Page>
  );
}
