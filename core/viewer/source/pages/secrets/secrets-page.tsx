import { useState } from 'preact/hooks';
import type { Secret } from '../../../../src/api/index.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { LoadedList } from '../../components/loaded-list.tsx';
import { Page } from '../../components/page.tsx';
import { useResource } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';
import { EditSecret } from './edit-secret.tsx';
import { SecretTable } from './secret-table.tsx';

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
      <LoadedList
        resource={secrets}
        what="secrets"
        empty={{ title: 'No secret is stored yet', advice: 'Store one, then choose it when you run a command.' }}
      >
        {(shown) => <SecretTable secrets={shown} onEdit={setEditing} onRemove={setRemoving} />}
      </LoadedList>
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
