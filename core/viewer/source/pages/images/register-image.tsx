import { useState } from 'preact/hooks';
import type { RegisterImageRequest } from '../../../../src/api/index.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { describeError, Failure } from '../../components/notices.tsx';
import { useAction } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';

const texts = {
  image: '',
  cpu: '',
  memory: '',
  runtime_platform: '',
  task_role_name: '',
  task_execution_role_name: '',
};
type Texts = typeof texts;

export function RegisterImage({ onClose, onRegistered }: { onClose(): void; onRegistered(): void }) {
  const [values, setValues] = useState<Texts>(texts);
  const [standard, setStandard] = useState(false);
  const register = useAction(async () => {
    const { image_id, notes = [] } = await client.value.registerImage(requestOf(values, standard));
    toast([`Registered ${image_id}`, ...notes].join('. '), { kind: 'good' });
    onRegistered();
  });
  const { field } = register.error === undefined ? {} : describeError(register.error);
  const control = (name: keyof Texts, placeholder = '', numeric = false) => (
    <input
      class="code"
      placeholder={placeholder}
      inputMode={numeric ? 'numeric' : 'text'}
      autocomplete="off"
      spellcheck={false}
      aria-invalid={field === name}
      value={values[name]}
      onInput={({ currentTarget }) => setValues({ ...values, [name]: currentTarget.value })}
    />
  );
  return (
    <Dialog title="Register an image" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void register.run();
        }}
      >
        <Field label="Image" required hint="As a container registry knows it.">
          {control('image', 'alpine:latest')}
        </Field>
        <div class="form-grid">
          <Field label="CPU units" hint="1024 to a core; empty: 256.">
            {control('cpu', '256', true)}
          </Field>
          <Field label="Memory, MiB" hint="Empty: 512.">
            {control('memory', '512', true)}
          </Field>
          <Field label="Platform" hint="Empty: Linux/ARM64.">
            {control('runtime_platform', 'Linux/X86_64')}
          </Field>
          <Field label="Task role" hint="What the command may do in the cloud.">
            {control('task_role_name')}
          </Field>
          <Field label="Execution role" hint="What starting it may do.">
            {control('task_execution_role_name')}
          </Field>
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={standard}
            onChange={({ currentTarget }) => setStandard(currentTarget.checked)}
          />
          For runs that name no image
        </label>
        <Failure error={register.error} />
        <div class="actions end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={register.busy}>
            {register.busy ? 'Registering…' : 'Register'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function requestOf(values: Texts, standard: boolean): RegisterImageRequest {
  const { image, cpu, memory, ...others } = values;
  return {
    image: image.trim(),
    // Left out, the first image becomes the default by itself.
    ...(standard && { is_default: true }),
    ...(cpu.trim() !== '' && { cpu: Number(cpu) }),
    ...(memory.trim() !== '' && { memory: Number(memory) }),
    ...Object.fromEntries(
      Object.entries(others).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, text.trim()]])),
    ),
  };
}
