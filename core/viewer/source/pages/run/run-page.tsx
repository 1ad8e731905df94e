import { useEffect, useRef, useState } from 'preact/hooks';
import type { Execution } from '../../../../src/api/index.ts';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { describeError, Failure, Notice } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { useKeys } from '../../keyboard.ts';
import { logsPath, navigate, place } from '../../navigation.ts';
import { useAction } from '../../resource.ts';
import { client } from '../../session.ts';
import { ImageInput } from './image-input.tsx';
import { PlaybookPanel } from './playbook-panel.tsx';
import { ArgumentRows, EnvironmentRows } from './rows.tsx';
import { draftOf, emptyDraft, type RunDraft, type RunMode, requestOf } from './run-draft.ts';
import { SecretsInput } from './secrets-input.tsx';

const modes: Record<RunMode, string> = { command: 'Command', argv: 'Exact arguments', playbook: 'Playbook' };

export function RunPage() {
  const again = (place.value.state as { again?: Execution } | null)?.again;
  const [draft, setDraft] = useState<RunDraft>(() => (again ? draftOf(again) : emptyDraft()));
  const change = (fields: Partial<RunDraft>) => setDraft((before) => ({ ...before, ...fields }));
  const submit = useSubmit(draft);
  const first = useRef<HTMLTextAreaElement>(null);
  const { field } = submit.error === undefined ? {} : describeError(submit.error);
  const isWrong = (name: string) => field === name || field?.startsWith(`${name}.`);
  const hasMore = draft.gitRepo !== '' || draft.standardInput !== '';

  useEffect(() => first.current?.focus(), []);
  useKeys({ '/': () => first.current?.focus() });

  return (
    <Page title="Run" description="A command in a container of your own cloud account. Its output follows at once.">
      {again && (
        <Notice kind="info" title="The same run again">
          <p>Environment variables are not kept with a run: add again those that it needs.</p>
        </Notice>
      )}
      <form
        class="run-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit.run();
        }}
      >
        <fieldset class="choice bare">
          <legend class="off-screen">What to run</legend>
          <div class="segments">
            {(Object.entries(modes) as [RunMode, string][]).map(([mode, label]) => (
              <label key={mode}>
                <input type="radio" name="mode" checked={draft.mode === mode} onChange={() => change({ mode })} />
                <span>{label}</span>
              </label>
            ))}
          </div>
        </fieldset>

        {draft.mode === 'command' && (
          <Field label="Command" hint="Run by /bin/sh -c. Ctrl+Enter starts it.">
            <textarea
              ref={first}
              class="code"
              rows={Math.min(12, Math.max(3, draft.command.split('\n').length))}
              spellcheck={false}
              autocomplete="off"
              aria-invalid={isWrong('command')}
              value={draft.command}
              onInput={({ currentTarget }) => change({ command: currentTarget.value })}
            />
          </Field>
        )}
        {draft.mode === 'argv' && <ArgumentRows rows={draft.argv} onChange={(argv) => change({ argv })} />}
        {draft.mode === 'playbook' && <PlaybookPanel draft={draft} onChange={setDraft} />}

        <div class="form-grid">
          <ImageInput value={draft.image} invalid={isWrong('image')} onChange={(image) => change({ image })} />
          <Field label="Timeout" hint="90s, 15m, 1h30m; empty: the server's default.">
            <input
              class="code"
              value={draft.timeout}
              autocomplete="off"
              aria-invalid={isWrong('timeout')}
              onInput={({ currentTarget }) => change({ timeout: currentTarget.value })}
            />
          </Field>
        </div>
        <EnvironmentRows rows={draft.environment} onChange={(environment) => change({ environment })} />
        <SecretsInput chosen={draft.secrets} onChange={(secrets) => change({ secrets })} />

        <details class="card" open={hasMore}>
          <summary>Git checkout and standard input</summary>
          <div class="form-grid">
            <Field label="Git repository" hint="Checked out before the command starts.">
              <input
                class="code"
                placeholder="https://github.com/…"
                value={draft.gitRepo}
                aria-invalid={isWrong('git_repo')}
                onInput={({ currentTarget }) => change({ gitRepo: currentTarget.value })}
              />
            </Field>
            <Field label="Branch, tag or commit">
              <input
                class="code"
                placeholder="main"
                value={draft.gitRef}
                onInput={({ currentTarget }) => change({ gitRef: currentTarget.value })}
              />
            </Field>
            <Field label="Folder in it">
              <input
                class="code"
                placeholder="."
                value={draft.gitPath}
                onInput={({ currentTarget }) => change({ gitPath: currentTarget.value })}
              />
            </Field>
          </div>
          <Field label="Standard input" hint="Sent with the request, before the command starts.">
            <textarea
              class="code"
              rows={3}
              spellcheck={false}
              value={draft.standardInput}
              onInput={({ currentTarget }) => change({ standardInput: currentTarget.value })}
            />
          </Field>
        </details>

        <Failure error={submit.error} />
        <div class="actions submit-line">
          <button type="submit" class="primary" disabled={submit.busy}>
            <Icon name="play" />
            {submit.busy ? 'Starting…' : 'Run'}
          </button>
          <span class="hint">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
        </div>
      </form>
    </Page>
  );
}

/** The same request sent again, after an answer that was lost, starts nothing twice. */
function useSubmit(draft: RunDraft) {
  const sent = useRef<{ body: string; key: string } | undefined>(undefined);
  return useAction(async () => {
    const request = requestOf(draft);
    const body = JSON.stringify(request);
    if (sent.current?.body !== body) sent.current = { body, key: randomKey() };
    const { execution_id } = await client.value.run(request, { idempotencyKey: sent.current.key });
    sent.current = undefined;
    navigate(logsPath(execution_id));
  });
}

/** `crypto.randomUUID` is there only with TLS. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
