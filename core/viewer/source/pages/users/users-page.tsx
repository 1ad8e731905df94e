import { useState } from 'preact/hooks';
import type { User } from '../../../../src/api/index.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { LoadedList } from '../../components/loaded-list.tsx';
import { Failure } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { useAction, useResource } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';
import { type Invitation, InvitationDialog } from './invitation-dialog.tsx';
import { InviteUser } from './invite-user.tsx';
import { UserTable } from './user-table.tsx';

export function UsersPage() {
  const users = useResource(() => client.value.listUsers(), [client.value]);
  const [inviting, setInviting] = useState(false);
  const [invitation, setInvitation] = useState<Invitation | undefined>(undefined);
  const [asked, setAsked] = useState<{ user: User; what: 'revoke' | 'rotate' } | undefined>(undefined);
  const changeRole = useAction(async (user: User, role: string) => {
    await client.value.changeRole(user.email, role);
    toast(`${user.email} is now ${role}`, { kind: 'good' });
    await users.reload();
  });
  const close = () => setAsked(undefined);

  return (
    <Page
      title="Users"
      description="Who may do what, each with a key of their own."
      actions={
        <button type="button" class="primary" onClick={() => setInviting(true)}>
          <Icon name="plus" />
          Invite
        </button>
      }
    >
      <Failure error={changeRole.error} title="The role was not changed" />
      <LoadedList resource={users} what="users" empty={{ title: 'There are no users' }}>
        {(shown) => (
          <UserTable
            users={shown}
            onRole={(user, role) => void changeRole.run(user, role)}
            onAsk={(user, what) => setAsked({ user, what })}
          />
        )}
      </LoadedList>
      {inviting && (
        <InviteUser
          onClose={() => setInviting(false)}
          onInvited={(made) => {
            setInviting(false);
            setInvitation(made);
            void users.reload();
          }}
        />
      )}
      {invitation && <InvitationDialog invitation={invitation} onClose={() => setInvitation(undefined)} />}
      {asked?.what === 'revoke' && (
        <Confirmation
          title="Revoke this user's key?"
          verb="Revoke"
          onClose={close}
          perform={async () => {
            await client.value.revokeUser(asked.user.email);
            toast(`The key of ${asked.user.email} is revoked`);
            await users.reload();
          }}
        >
          <p>{asked.user.email} is locked out at once. Their executions go on, and stay on record.</p>
        </Confirmation>
      )}
      {asked?.what === 'rotate' && (
        <Confirmation
          title="Replace this user's key?"
          verb="Replace"
          onClose={close}
          perform={async () => {
            const { user, claim_token } = await client.value.rotateUser(asked.user.email);
            setInvitation({ email: user.email, token: claim_token, replaces: true });
            await users.reload();
          }}
        >
          <p>You get a link for {asked.user.email}. The old key works until the new one is claimed with it.</p>
        </Confirmation>
      )}
    </Page>
  );
}
