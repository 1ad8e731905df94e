import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../../components/icon.tsx';
import { Empty, Failure } from '../../components/notices.tsx';
import { useAction } from '../../resource.ts';
import { ParameterFields } from './parameter-fields.tsx';
import { PastePlaybook } from './paste-playbook.tsx';
import { type RunDraft, withPlaybook } from './run-draft.ts';
import { parsePlaybook, removePlaybook, type SavedPlaybook, savedPlaybooks, savePlaybook } from './saved-playbooks.ts';

export interface PlaybookPanelProps {
  draft: RunDraft;
  onChange(draft: RunDraft): void;
}

/** Playbooks are files: those opened here are kept in this browser. */
export function PlaybookPanel({ draft, onChange }: PlaybookPanelProps) {
  const [pasting, setPasting] = useState(false);
  const { playbook } = draft;
  const choose = useAction(async (saved: SavedPlaybook) => onChange(withPlaybook(draft, await parsePlaybook(saved))));
  const add = useAction(async (saved: SavedPlaybook) => {
    const parsed = await parsePlaybook(saved);
    savePlaybook(saved);
    setPasting(false);
    choose.clear();
    onChange(withPlaybook(draft, parsed));
  });
  const saved = savedPlaybooks.value;

  // The only one there is does not have to be chosen.
  useEffect(() => {
    if (!playbook && saved.length === 1) void choose.run(saved[0]!);
  }, []);

  return (
    <section class="card playbook-panel">
      {saved.length === 0 && !pasting && (
        <Empty title="No playbook is kept in this browser yet">
          <p>
            Open a file such as <code>.runvoy/restore.yaml</code>, or paste its text.
          </p>
        </Empty>
      )}
      {saved.length > 0 && (
        <ul class="playbook-list">
          {saved.map((one) => (
            <li key={one.name}>
              <button
                type="button"
                class="choice-button"
                aria-pressed={playbook?.name === one.name}
                onClick={() => void choose.run(one)}
              >
                <Icon name="file" />
                {one.name}
              </button>
              <button
                type="button"
                class="quiet small"
                aria-label={`Forget ${one.name}`}
                title={`Forget ${one.name}`}
                onClick={() => {
                  removePlaybook(one.name);
                  if (playbook?.name === one.name) onChange({ ...draft, playbook: undefined, parameters: {} });
                }}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="actions">
        <FileButton onOpen={(file) => void add.run(file)} />
        <button type="button" onClick={() => setPasting(!pasting)} aria-expanded={pasting}>
          Paste text
        </button>
      </div>
      {pasting && <PastePlaybook busy={add.busy} onAdd={(one) => void add.run(one)} />}
      <Failure error={add.error ?? choose.error} title="This is not a playbook" />
      {playbook && (
        <>
          {playbook.description && <p>{playbook.description}</p>}
          <pre class="code block">{playbook.commands.join('\n')}</pre>
          <ParameterFields
            parameters={playbook.parameters}
            values={draft.parameters}
            onChange={(parameters) => onChange({ ...draft, parameters })}
          />
        </>
      )}
    </section>
  );
}

function FileButton({ onOpen }: { onOpen(file: SavedPlaybook): void }) {
  return (
    <label class="button file-button">
      <Icon name="file" />
      Open a file
      <input
        type="file"
        class="off-screen"
        accept=".yaml,.yml"
        onChange={async ({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (!file) return;
          const text = await file.text();
          // The same file can be opened again after it was changed.
          currentTarget.value = '';
          onOpen({ name: file.name.replace(/\.ya?ml$/, ''), text });
        }}
      />
    </label>
  );
}
