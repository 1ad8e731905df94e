import { Icon } from '../../components/icon.tsx';
import { newId, type RunDraft } from './run-draft.ts';

interface ArgumentRowsProps {
  rows: RunDraft['argv'];
  onChange(rows: RunDraft['argv']): void;
}

export function ArgumentRows({ rows, onChange }: ArgumentRowsProps) {
  return (
    <fieldset class="rows">
      <legend>Arguments</legend>
      <p class="hint">The program, then its arguments, exactly as they are: no shell sees them.</p>
      {rows.map(({ id, text }, index) => (
        <div class="row-line" key={id}>
          <span class="row-number">{index}</span>
          <input
            class="code"
            aria-label={index === 0 ? 'Program' : `Argument ${index}`}
            value={text}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget: { value } }) =>
              onChange(rows.map((row) => (row.id === id ? { id, text: value } : row)))
            }
          />
          <RemoveButton
            label={`Remove argument ${index}`}
            disabled={rows.length === 1}
            onClick={() => onChange(rows.filter((row) => row.id !== id))}
          />
        </div>
      ))}
      <AddButton label="Add argument" onClick={() => onChange([...rows, { id: newId(), text: '' }])} />
    </fieldset>
  );
}

interface EnvironmentRowsProps {
  rows: RunDraft['environment'];
  onChange(rows: RunDraft['environment']): void;
}

export function EnvironmentRows({ rows, onChange }: EnvironmentRowsProps) {
  const change = (id: number, fields: { name?: string; value?: string }) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...fields } : row)));
  return (
    <fieldset class="rows">
      <legend>Environment variables</legend>
      {rows.map(({ id, name, value }) => (
        <div class="row-line" key={id}>
          <input
            class="code name"
            aria-label="Name"
            placeholder="NAME"
            value={name}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => change(id, { name: currentTarget.value })}
          />
          <input
            class="code"
            aria-label={name ? `Value of ${name}` : 'Value'}
            placeholder="value"
            value={value}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => change(id, { value: currentTarget.value })}
          />
          <RemoveButton
            label={`Remove ${name || 'variable'}`}
            onClick={() => onChange(rows.filter((row) => row.id !== id))}
          />
        </div>
      ))}
      <AddButton label="Add variable" onClick={() => onChange([...rows, { id: newId(), name: '', value: '' }])} />
    </fieldset>
  );
}

function AddButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button type="button" class="small" onClick={onClick}>
      <Icon name="plus" />
      {label}
    </button>
  );
}

function RemoveButton({ label, disabled, onClick }: { label: string; disabled?: boolean; onClick(): void }) {
  return (
    <button type="button" class="quiet" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <Icon name="cross" />
    </button>
  );
}
