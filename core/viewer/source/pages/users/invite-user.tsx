import { useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { describeError, Failure } from '../../components/notices.tsx';
import { useAction } from '../../resource.ts';
import { client } from '../../session.ts';
import type { Invitation } from './invitation-dialog.tsx';
import { roleMeanings, roleNames } from './roles.ts';

export function InviteUser({ onClose, onInvited }: { onClose(): void; onInvited(invitation: Invitation): void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('developer');
  const invite = useAction(async () => {
    const { user, claim_token } = await client.value.createUser({ email: email.trim(), role });
    onInvited({ email: user.email, token: claim_token, replaces: false });
  });
  const { field } = invite.error === undefined ? {} : describeError(invite.error);
  return (
    <Dialog title="Invite a user" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void invite.run();
        }}
      >
        <Field label="E-mail address" required>
          <input
            type="email"
            autocomplete="off"
            aria-invalid={field === 'email'}
            value={email}
            onInput={({ currentTarget }) => setEmail(currentTarget.value)}
          />
        </Field>
        <fieldset class="rows">
          <legend>Role</legend>
          {roleNames.map((name) => (
            <label key={name} class="check">
              <input type="radio" name="role" checked={role === name} onChange={() => setRole(name)} />
              <span>
                <span class="strong">{name}</span> <span class="muted">{roleMeanings[name]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Failure error={invite.error} />
        <div class="actions end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={invite.busy}>
            {invite.busy ? 'Inviting…' : 'Make an invitation'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
