import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Field } from '../components/field.tsx';
import { Failure, Notice } from '../components/notices.tsx';
import { Page } from '../components/page.tsx';
import { navigate, place } from '../navigation.ts';
import { useAction, useResource } from '../resource.ts';
import { apiKey, client, createClientFor, defaultEndpoint, endpoint, signIn } from '../session.ts';

/**
 * Signing in: with a claim token, from an invitation's link or typed, or with a key that one has. The token travels behind
 * the `#` of the link, which browsers do not send; `?token=` is understood, too.
 */
export function ClaimPage() {
  const { query, hash } = place.value;
  const health = useResource(() => client.value.health(), [client.value]);
  const invited = hash !== '' || query.has('token');
  // Static files elsewhere: the server is not where the page came from, and nobody has said yet where it is.
  const nowhere = health.error !== undefined && endpoint.value === '' && defaultEndpoint === '';
  useEffect(() => {
    if (nowhere) navigate('/settings', { replace: true });
  }, [nowhere]);

  return (
    <Page title="Sign in" description={<ServerLine name={health.data?.provider} version={health.data?.version} />}>
      {health.error !== undefined && !nowhere && (
        <Failure error={health.error} title="The server does not answer" onRetry={health.reload} />
      )}
      {apiKey.value !== undefined && (
        <Notice kind="info" title="You are signed in already">
          <p>
            Go to <a href="/executions">the executions</a>. Signing in here replaces the key in this browser.
          </p>
        </Notice>
      )}
      <div class="columns">
        <ClaimForm token={query.get('token') ?? decodeURIComponent(hash)} first={invited} />
        <KeyForm first={!invited} />
      </div>
    </Page>
  );
}

function ServerLine({ name, version }: { name: string | undefined; version: string | undefined }) {
  const where = endpoint.value || location.origin;
  return (
    <>
      {where}
      {name && ` · ${name.toLowerCase()} · ${version}`} · <a href="/settings">Settings</a>
    </>
  );
}

function ClaimForm({ token: given, first }: { token: string; first: boolean }) {
  const token = useSignal(given);
  const claim = useAction(async () => {
    const answer = await createClientFor(endpoint.value, undefined).claim(tokenOf(token.value));
    signIn(answer.api_key);
    enter();
  });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void claim.run();
      }}
    >
      <h2>With an invitation</h2>
      <p class="muted">A claim token works once, and for 15 minutes. The key it stands for is kept in this browser.</p>
      <Field label="Claim token or link" required>
        <input
          class="code"
          value={token.value}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            token.value = currentTarget.value;
          }}
        />
      </Field>
      <Failure error={claim.error} />
      <div class="actions">
        <button type="submit" class={first ? 'primary' : ''} disabled={claim.busy}>
          {claim.busy ? 'Claiming…' : 'Claim my key'}
        </button>
      </div>
    </form>
  );
}

function KeyForm({ first }: { first: boolean }) {
  const key = useSignal('');
  const enterKey = useAction(async () => {
    const given = key.value.trim();
    await createClientFor(endpoint.value, given).whoami();
    signIn(given);
    enter();
  });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void enterKey.run();
      }}
    >
      <h2>With an API key</h2>
      <p class="muted">
        The one in <code>~/.runvoy/config.yaml</code>, or the one that <code>runvoy serve</code> printed on its first
        start.
      </p>
      <Field label="API key" required>
        <input
          class="code"
          type="password"
          value={key.value}
          autocomplete="current-password"
          onInput={({ currentTarget }) => {
            key.value = currentTarget.value;
          }}
        />
      </Field>
      <Failure error={enterKey.error} />
      <div class="actions">
        <button type="submit" class={first ? 'primary' : ''} disabled={enterKey.busy}>
          {enterKey.busy ? 'Signing in…' : 'Sign in'}
        </button>
      </div>
    </form>
  );
}

/** Where the visitor wanted to go: only within this site. */
function enter(): void {
  const next = place.peek().query.get('next') ?? '';
  navigate(/^\/(?!\/)/.test(next) ? next : '/executions', { replace: true });
}

/** The token itself, also out of a whole link. */
function tokenOf(text: string): string {
  return text.trim().replace(/^.*(?:#|\/claim\/|[?&]token=)/, '');
}
