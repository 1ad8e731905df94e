import { type Parameter, valueProblem } from '../../../../src/playbooks/parameter.ts';
import { Field } from '../../components/field.tsx';

export interface ParameterFieldsProps {
  parameters: Record<string, Parameter>;
  values: Record<string, string>;
  onChange(values: Record<string, string>): void;
}

/** A control for each parameter, after its type. */
export function ParameterFields({ parameters, values, onChange }: ParameterFieldsProps) {
  const names = Object.keys(parameters);
  if (names.length === 0) return null;
  return (
    <div class="form-grid">
      {names.map((name) => {
        const parameter = parameters[name]!;
        const value = values[name] ?? '';
        const problem = value === '' ? undefined : valueProblem(parameter, value);
        return (
          <Field
            key={name}
            label={name}
            hint={parameter.description}
            required={parameter.required}
            problem={problem && `${name} ${problem}`}
          >
            <Control parameter={parameter} value={value} onChange={(next) => onChange({ ...values, [name]: next })} />
          </Field>
        );
      })}
    </div>
  );
}

interface ControlProps {
  parameter: Parameter;
  value: string;
  onChange(value: string): void;
}

function Control({ parameter, value, onChange, ...labelling }: ControlProps) {
  const choices = parameter.type === 'boolean' ? ['true', 'false'] : parameter.choices;
  if (choices) {
    return (
      <select {...labelling} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">{parameter.required ? 'Choose…' : 'Not set'}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  const shared = {
    ...labelling,
    class: 'code',
    autocomplete: 'off',
    spellcheck: false,
    value,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => onChange(currentTarget.value),
  } as const;
  if (parameter.secret) return <input {...shared} type="password" />;
  return <input {...shared} inputMode={inputModes[parameter.type] ?? 'text'} />;
}

const inputModes: Partial<Record<Parameter['type'], 'numeric' | 'decimal'>> = { integer: 'numeric', number: 'decimal' };
