import type { Secret } from '../../../../src/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { useNow } from '../../resource.ts';
import { SecretValue } from './secret-value.tsx';

export interface SecretTableProps {
  secrets: readonly Secret[];
  onEdit(secret: Secret): void;
  onRemove(secret: Secret): void;
}

export function SecretTable({ secrets, onEdit, onRemove }: SecretTableProps) {
  const now = useNow(true, 60_000);
  return (
    <ListTable columns={['Name', 'Variable', 'Value', 'Changed']} actions>
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
    </ListTable>
  );
}
