import { type Signal, useSignal } from '@preact/signals';
import { CopyButton } from '../components/copy-button.tsx';
import { Field } from '../components/field.tsx';
import { Icon } from '../components/icon.tsx';
import { InviteLink } from '../components/invite-link.tsx';
import { Failure, Notice } from '../components/notices.tsx';
import { Page } from '../components/page.tsx';
import { navigate } from '../navigation.ts';
import { shortcuts, type Theme, type Times, theme, times, wrap } from '../preferences.ts';
import { useAction, useResource } from '../resource.ts';
import { apiKey, client, createClientFor, endpoint, refused, signOut, useEndpoint, whoami } from '../session.ts';

export function SettingsPage() {
  return (
    <Page title="Settings" description="Kept in this browser only.">
      <div class="columns">
        <ServerCard />
        <AccountCard />
        <AppearanceCard />
      </div>
    </Page>
  );
}

function ServerCard() {
  const address = useSignal(endpoint.value);
  const health = useResource(() => client.value.health(), [client.value]);
  const save = useAction(async () => {
    await createClientFor(address.value.trim(), undefined).health();
    useEndpoint(address.value);
    address.value = endpoint.value;
  });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h2>Server</h2>
      <Field label="API endpoint" hint="Empty: the server that this page comes from.">
        <input
          type="url"
          class="code"
          placeholder={location.origin}
          value={address.value}
          onInput={({ currentTarget }) => {
            address.value = currentTarget.value;
          }}
        />
      </Field>
      <Failure error={save.error} title="Not changed: there is no runvoy server that answers at this address" />
      {health.error !== undefined && save.error === undefined && (
        <Failure error={health.error} title="The server does not answer" onRetry={health.reload} />
      )}
      {health.data && (
        <dl class="facts">
          <dt>Status</dt>
          <dd>{health.data.status}</dd>
          <dt>Version</dt>
          <dd>{health.data.version}</dd>
          <dt>Provider</dt>
          <dd>
            {health.data.provider.toLowerCase()}
            {health.data.region && ` · ${health.data.region}`}
          </dd>
        </dl>
      )}
      <div class="actions">
        <button type="submit" disabled={save.busy}>
          {save.busy ? 'Checking…' : 'Check and save'}
        </button>
      </div>
    </form>
  );
}

function AccountCard() {
  const user = whoami.value;
  const token = useSignal<string | undefined>(undefined);
  const rotate = useAction(async () => {
    token.value = (await client.value.rotateOwnKey()).claim_token;
  });
  if (apiKey.value === undefined) {
    return (
      <section class="card">
        <h2>Account</h2>
        <p>You are not signed in.</p>
        <div class="actions">
          <a class="button primary" href="/claim">
            Sign in
          </a>
        </div>
      </section>
    );
  }
  return (
    <section class="card">
      <h2>Account</h2>
      <dl class="facts">
        <dt>E-mail</dt>
        <dd>{user?.email ?? (refused.value ? 'the key is not accepted' : '…')}</dd>
        <dt>Role</dt>
        <dd>{user?.role ?? '…'}</dd>
      </dl>
      <Failure error={rotate.error} />
      {token.value !== undefined && (
        <Notice kind="good" title="A new key waits for you">
          <p>Your old key works until you claim the new one.</p>
          <InviteLink token={token.value} />
          <p>
            <a href={`/claim#${token.value}`}>Claim it in this browser</a>
          </p>
        </Notice>
      )}
      <div class="actions">
        <CopyButton text={apiKey.value} label="Copy my API key" />
        <button type="button" disabled={rotate.busy} onClick={() => void rotate.run()}>
          <Icon name="key" />
          Replace my key
        </button>
        <button
          type="button"
          onClick={() => {
            signOut();
            navigate('/claim');
          }}
        >
          Sign out
        </button>
      </div>
    </section>
  );
}

function AppearanceCard() {
  return (
    <section class="card">
      <h2>Appearance</h2>
      <Choice<Theme> label="Theme" value={theme} options={{ auto: 'As this device', light: 'Light', dark: 'Dark' }} />
      <Choice<Times>
        label="Times in logs"
        value={times}
        options={{ off: 'Off', absolute: 'Absolute', relative: 'Since the start' }}
      />
      <Check label="Wrap long lines of logs" value={wrap} />
      <Check label="Single keys are commands (press ? for the list)" value={shortcuts} />
    </section>
  );
}

function Choice<T extends string>({
  label,
  value,
  options,
}: {
  label: string;
  value: Signal<T>;
  options: Record<T, string>;
}) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="segments">
        {(Object.entries(options) as [T, string][]).map(([option, text]) => (
          <label key={option}>
            <input
              type="radio"
              name={label}
              checked={value.value === option}
              onChange={() => {
                value.value = option;
              }}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Check({ label, value }: { label: string; value: Signal<boolean> }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.checked;
        }}
      />
      {label}
    </label>
  );
}
