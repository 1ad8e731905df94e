import { Dialog } from '../../components/dialog.tsx';
import { InviteLink } from '../../components/invite-link.tsx';

export interface Invitation {
  email: string;
  token: string;
  /** The user has a key, which works until the new one is claimed. */
  replaces: boolean;
}

export function InvitationDialog({ invitation, onClose }: { invitation: Invitation; onClose(): void }) {
  const { email, token, replaces } = invitation;
  return (
    <Dialog title={replaces ? 'A new key is ready' : 'The invitation is ready'} onClose={onClose}>
      <p>
        Send this link to <span class="strong">{email}</span>. It works once, for 15 minutes, and is shown only now.
      </p>
      <InviteLink token={token} />
      <p class="muted">
        From a terminal: <code class="selectable">runvoy claim {token}</code>
      </p>
      <div class="actions end">
        <button type="button" class="primary" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}
