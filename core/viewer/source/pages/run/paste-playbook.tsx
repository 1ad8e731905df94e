import { useState } from 'preact/hooks';
import { Field } from '../../components/field.tsx';
import type { SavedPlaybook } from './saved-playbooks.ts';

/** Stands inside the form that runs, so that it is no form of its own. */
export function PastePlaybook({ busy, onAdd }: { busy: boolean; onAdd(playbook: SavedPlaybook): void }) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const ready = name.trim() !== '' && text.trim() !== '';
  return (
    <div class="paste">
      <Field label="Name of the playbook">
        <input class="code" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </Field>
      <Field label="Its text (YAML)">
        <textarea
          class="code"
          rows={8}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </Field>
      <div class="actions">
        <button type="button" disabled={!ready || busy} onClick={() => onAdd({ name: name.trim(), text })}>
          Keep this playbook
        </button>
      </div>
    </div>
  );
}
