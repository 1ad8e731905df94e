import { dismiss, toasts } from '../toasts.ts';
import { Icon } from './icon.tsx';

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, kind, href }) => (
        <div key={id} class={`toast ${kind}`}>
          {href ? <a href={href}>{text}</a> : <span>{text}</span>}
          <button type="button" class="quiet small" aria-label={`Dismiss: ${text}`} onClick={() => dismiss(id)}>
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  );
}
