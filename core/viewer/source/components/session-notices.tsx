import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { place } from '../navigation.ts';
import { apiKey, client, refused, unreachable } from '../session.ts';
import { Notice } from './notices.tsx';

/** A short interruption is not worth a word. */
const silentMilliseconds = 1500;
const askMilliseconds = 4000;

/** What concerns every page: a refused key, a server that cannot be reached. Leaves by itself when it works again. */
export function SessionNotices() {
  const shown = useSignal(false);
  const reason = unreachable.value;
  useEffect(() => {
    if (reason === undefined) {
      shown.value = false;
      return;
    }
    const timer = setTimeout(() => {
      shown.value = true;
    }, silentMilliseconds);
    // Not every page asks by itself. The answer, whichever it is, tells.
    const asking = setInterval(
      () =>
        void client
          .peek()
          .health()
          .catch(() => undefined),
      askMilliseconds,
    );
    return () => {
      clearTimeout(timer);
      clearInterval(asking);
    };
  }, [reason === undefined]);

  const { path, query } = place.value;
  return (
    <>
      {refused.value && apiKey.value !== undefined && path !== '/claim' && (
        <Notice
          kind="warn"
          title="The server does not accept your API key"
          actions={
            <a class="button" href={`/claim?next=${encodeURIComponent(path + (query.size > 0 ? `?${query}` : ''))}`}>
              Sign in again
            </a>
          }
        >
          <p>It may have been revoked or replaced. What is on screen is from before.</p>
        </Notice>
      )}
      {reason !== undefined && shown.value && (
        <Notice kind="warn" title="The server cannot be reached">
          <p>What is on screen is from before; this goes on by itself when the server answers again.</p>
        </Notice>
      )}
    </>
  );
}
