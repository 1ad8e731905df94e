import { useState } from 'preact/hooks';
import type { Secret } from '../../../../src/api/index.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { Moment } from '../../components/moment.tsx';
import { Empty, Failure } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { useNow, useResource } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';
import { EditSecret } from './edit-secret.tsx';
import { SecretValue } from './secret-value.tsx';

export function SecretsPage() {
  const secrets = useResource(() => client.value.listSecrets({ values: false }), [client.value]);
  const [editing, setEditing] = useState<Secret | 'new' | undefined>(undefined);
  const [removing, setRemoving] = useState<Secret | undefined>(undefined);
  return (
    <Page
      title="Secrets"
      description="Values that become environment variables of a run, and are masked in its output."
      actions={
        <button type="button" class="primary" onClick={() => setEditing('new')}>
          <Icon name="plus" />
          Store a secret
        </button>
      }
    >
      <Failure error={secrets.error} title="The secrets cannot be shown as they are now" onRetry={secrets.reload} />
      {!secrets.data && secrets.loading && <p class="loading">Loading…</p>}
      {secrets.data?.length === 0 && (
        <Empty title="No secret is stored yet">
          <p>Store one, then choose it when you run a command.</p>
        </Empty>
      )}
      {secrets.data && secrets.data.length > 0 && (
        <SecretTable secrets={secrets.data} onEdit={setEditing} onRemove={setRemoving} />
      )}
      {editing && (
        <EditSecret
          secret={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            void secrets.reload();
          }}
        />
      )}
      {removing && (
        <Confirmation
          title="Delete this secret?"
          verb="Delete"
          onClose={() => setRemoving(undefined)}
          perform={async () => {
            await client.value.removeSecret(removing.name);
            toast(`Deleted ${removing.name}`);
            await secrets.reload();
          }}
        >
          <p>
            <code>{removing.name}</code> and its value are gone then; runs that name it fail.
          </p>
        </Confirmation>
      )}
    </Page>
  );
}

interface SecretTableProps {
  secrets: readonly Secret[];
  onEdit(secret: Secret): void;
  onRemove(secret: Secret): void;
}

function SecretTable({ secrets, onEdit, onRemove }: SecretTableProps) {
  const now = useNow(true, 60_000);
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Variable</th>
          <th scope="col">Value</th>
          <th scope="col">Changed</th>
          <th scope="col">
            <span class="off-screen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {secrets.map((secret) => (
          <tr key={secret.name}>
            <td class="main-cell">
              <span class="code strong">{secret.name}</span>
              {secret.description && <span class="muted small-text">{secret.description}</span>}
            </td>
            <td data-label="Variable" class="code">
              {secret.key_name}
            </td>
            <td data-label="Value">
              <SecretValue name={secret.name} changed={secret.updated_at} />
            </td>
            <td data-label="Changed">
              <Moment time={secret.updated_at} now={now} />
              <span class="muted small-text">{secret.updated_by}</span>
            </td>
            <td class="row-actions">
              <button type="button" class="quiet" aria-label={`Change ${secret.name}`} onClick={() => onEdit(secret)}>
                Change
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={`Delete ${secret.name}`}
                title="Delete"
                onClick={() => onRemove(secret)}
              >
                <Icon name="cross" />
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
