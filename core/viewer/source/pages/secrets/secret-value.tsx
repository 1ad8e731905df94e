import { useEffect, useState } from 'preact/hooks';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { describeError } from '../../components/notices.tsx';
import { useAction } from '../../resource.ts';
import { client } from '../../session.ts';

/** Nobody leaves a value on screen on purpose. */
const shownMilliseconds = 30_000;

/** Masked; asked for when somebody wants to see it, and forgotten soon after. */
export function SecretValue({ name, changed }: { name: string; changed: string }) {
  const [value, setValue] = useState<string | undefined>(undefined);
  const reveal = useAction(async () => {
    const secret = await client.value.getSecret(name);
    if (secret.value === undefined) throw new Error('The value cannot be read');
    setValue(secret.value);
  });
  useEffect(() => setValue(undefined), [changed]);
  useEffect(() => {
    if (value === undefined) return;
    const timer = setTimeout(() => setValue(undefined), shownMilliseconds);
    return () => clearTimeout(timer);
  }, [value]);

  if (value !== undefined) {
    return (
      <div class="copy-line">
        <code class="selectable secret-value">{value}</code>
        <CopyButton text={value} />
        <button type="button" onClick={() => setValue(undefined)}>
          Hide
        </button>
      </div>
    );
  }
  return (
    <div class="copy-line">
      <span class="code muted" aria-hidden="true">
        ••••••••
      </span>
      <button
        type="button"
        class="quiet"
        aria-label={`Show the value of ${name}`}
        disabled={reveal.busy}
        onClick={() => void reveal.run()}
      >
        <Icon name="eye" />
        {reveal.busy ? 'Reading…' : 'Show'}
      </button>
      {reveal.error !== undefined && (
        <span class="problem" role="alert">
          {describeError(reveal.error).message}
        </span>
      )}
    </div>
  );
}
