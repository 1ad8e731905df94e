import { Field } from '../../components/field.tsx';
import { useResource } from '../../resource.ts';
import { client } from '../../session.ts';

export interface ImageInputProps {
  value: string;
  invalid: boolean | undefined;
  onChange(value: string): void;
}

/** Suggests what is registered. Not every role may list images, so that any name can be typed. */
export function ImageInput({ value, invalid, onChange }: ImageInputProps) {
  const { data: images = [] } = useResource(() => client.value.listImages(), [client.value]);
  const standard = images.find(({ is_default }) => is_default);
  return (
    <>
      <Field
        label="Image"
        hint={standard ? `Empty: the default, ${standard.image}` : 'Empty: the default image, if one is registered.'}
      >
        <input
          class="code"
          list="images"
          placeholder={standard?.image ?? ''}
          value={value}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={invalid}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </Field>
      <datalist id="images">
        {images.map(({ image_id, image }) => (
          <option key={image_id} value={image_id}>
            {image}
          </option>
        ))}
      </datalist>
    </>
  );
}
