import type { User } from '../../../../src/api/index.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { useNow } from '../../resource.ts';
import { whoami } from '../../session.ts';
import { roleNames } from './roles.ts';

export interface UserTableProps {
  users: readonly User[];
  onRole(user: User, role: string): void;
  onAsk(user: User, what: 'revoke' | 'rotate'): void;
}

export function UserTable({ users, onRole, onAsk }: UserTableProps) {
  const now = useNow(true, 30_000);
  return (
    <ListTable columns={['User', 'Role', 'Key', 'Created', 'Last seen']} actions>
      {users.map((user) => (
        <tr key={user.email}>
          <td class="main-cell">
            <span class="strong">{user.email}</span>
            {user.email === whoami.value?.email && <span class="tag">you</span>}
          </td>
          <td data-label="Role">
            <select
              aria-label={`Role of ${user.email}`}
              value={user.role}
              disabled={user.revoked}
              onChange={({ currentTarget }) => onRole(user, currentTarget.value)}
            >
              {(roleNames.includes(user.role) ? roleNames : [user.role, ...roleNames]).map((role) => (
                <option key={role} value={role}>
                  {role}
                </option>
              ))}
            </select>
          </td>
          <td data-label="Key">
            <span class="status" data-status={user.revoked ? 'FAILED' : user.pending ? 'STARTING' : 'SUCCEEDED'}>
              {user.revoked ? 'Revoked' : user.pending ? 'Not claimed yet' : 'Active'}
            </span>
          </td>
          <td data-label="Created">
            <Moment time={user.created_at} now={now} />
          </td>
          <td data-label="Last seen">
            {user.last_used === undefined ? (
              <span class="muted">never</span>
            ) : (
              <Moment time={user.last_used} now={now} />
            )}
          </td>
          <td class="row-actions">
            <button
              type="button"
              class="quiet"
              aria-label={`Replace key of ${user.email}`}
              disabled={user.revoked}
              onClick={() => onAsk(user, 'rotate')}
            >
              Replace key
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`Revoke key of ${user.email}`}
              disabled={user.revoked}
              onClick={() => onAsk(user, 'revoke')}
            >
              Revoke
            </button>
          </td>
        </tr>
      ))}
    </ListTable>
  );
}
