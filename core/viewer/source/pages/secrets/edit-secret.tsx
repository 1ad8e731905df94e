import { useState } from 'preact/hooks';
import type { Secret } from '../../../../src/api/index.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { describeError, Failure } from '../../components/notices.tsx';
import { useAction } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';

export interface EditSecretProps {
  /** Absent: a new one. */
  secret: Secret | undefined;
  onClose(): void;
  onSaved(): void;
}

export function EditSecret({ secret, onClose, onSaved }: EditSecretProps) {
  const [name, setName] = useState(secret?.name ?? '');
  const [keyName, setKeyName] = useState(secret?.key_name ?? '');
  const [description, setDescription] = useState(secret?.description ?? '');
  const [value, setValue] = useState('');
  const [lines, setLines] = useState(false);
  const save = useAction(async () => {
    const fields = { key_name: keyName, description, value };
    if (secret) await client.value.updateSecret(secret.name, fields);
    else await client.value.createSecret({ name, ...fields });
    toast(`Stored ${name}`, { kind: 'good' });
    onSaved();
  });
  const { field } = save.error === undefined ? {} : describeError(save.error);
  return (
    <Dialog title={secret ? `Change ${secret.name}` : 'Store a secret'} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save.run();
        }}
      >
        {!secret && (
          <Field label="Name" required hint="Letters, digits and . _ / -">
            <input
              class="code"
              autocomplete="off"
              spellcheck={false}
              aria-invalid={field === 'name'}
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </Field>
        )}
        <Field label="Environment variable" required hint="The name under which the command gets it.">
          <input
            class="code"
            placeholder="PGPASSWORD"
            autocomplete="off"
            spellcheck={false}
            aria-invalid={field === 'key_name'}
            value={keyName}
            onInput={({ currentTarget }) => setKeyName(currentTarget.value)}
          />
        </Field>
        <Field
          label="Value"
          required={!secret}
          hint={secret ? 'Empty: it stays as it is.' : 'At most 64 KiB; what is under 4 bytes is not masked in output.'}
        >
          {lines ? (
            <textarea
              class="code"
              rows={6}
              spellcheck={false}
              autocomplete="off"
              value={value}
              onInput={({ currentTarget }) => setValue(currentTarget.value)}
            />
          ) : (
            <input
              class="code"
              type="password"
              autocomplete="new-password"
              aria-invalid={field === 'value'}
              value={value}
              onInput={({ currentTarget }) => setValue(currentTarget.value)}
            />
          )}
        </Field>
        <label class="check">
          <input type="checkbox" checked={lines} onChange={({ currentTarget }) => setLines(currentTarget.checked)} />
          Several lines, shown while they are typed
        </label>
        <Field label="Description">
          <input value={description} onInput={({ currentTarget }) => setDescription(currentTarget.value)} />
        </Field>
        <Failure error={save.error} />
        <div class="actions end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={save.busy}>
            {save.busy ? 'Storing…' : 'Store'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
