import { Field } from '../../components/field.tsx';
import { useResource } from '../../resource.ts';
import { client } from '../../session.ts';

export interface SecretsInputProps {
  chosen: string[];
  onChange(names: string[]): void;
}

/** Boxes to tick for those who may list secrets; their names to type for those who may only use them. */
export function SecretsInput({ chosen, onChange }: SecretsInputProps) {
  const { data, error } = useResource(() => client.value.listSecrets({ values: false }), [client.value]);
  if (data === undefined && error === undefined) return null;
  if (data === undefined) {
    return (
      <Field label="Secrets" hint="Their names, separated by commas. They become environment variables.">
        <input
          class="code"
          value={chosen.join(', ')}
          autocomplete="off"
          spellcheck={false}
          onChange={({ currentTarget }) => onChange(namesIn(currentTarget.value))}
        />
      </Field>
    );
  }
  const listed = new Set(data.map(({ name }) => name));
  const unknown = chosen.filter((name) => !listed.has(name));
  return (
    <fieldset class="rows">
      <legend>Secrets</legend>
      {data.length === 0 && unknown.length === 0 && (
        <p class="hint">
          There are none. <a href="/secrets">Store one</a> to use it as an environment variable.
        </p>
      )}
      <div class="ticks">
        {[...data, ...unknown.map((name) => ({ name, key_name: 'not stored any more' }))].map(({ name, key_name }) => (
          <label key={name} class="check tick">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ currentTarget }) =>
                onChange(currentTarget.checked ? [...chosen, name] : chosen.filter((one) => one !== name))
              }
            />
            <span class="code">{name}</span>
            <span class="muted code">{key_name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
