import { pageAddress } from '../navigation.ts';
import { CopyButton } from './copy-button.tsx';

/** What a new user, or one with a new key, is sent. Behind the `#`, the token does not reach the logs of any server. */
export function InviteLink({ token }: { token: string }) {
  const link = pageAddress(`/claim#${token}`);
  return (
    <div class="copy-line">
      <code class="selectable">{link}</code>
      <CopyButton text={link} label="Copy link" />
    </div>
  );
}
