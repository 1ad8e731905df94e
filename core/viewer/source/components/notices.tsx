import type { ComponentChildren } from 'preact';
import { isRunvoyError } from '../../../src/contract/errors.ts';
import { Icon, type IconName } from './icon.tsx';

export type NoticeKind = 'info' | 'good' | 'warn' | 'bad';

const icons: Record<NoticeKind, IconName> = { info: 'info', good: 'check', warn: 'warning', bad: 'cross' };

export interface NoticeProps {
  kind: NoticeKind;
  title: ComponentChildren;
  children?: ComponentChildren;
  actions?: ComponentChildren;
}

/** Bad news is announced at once by screen readers, the rest when there is time. */
export function Notice({ kind, title, children, actions }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon name={icons[kind]} />
      <div class="notice-text">
        <p class="notice-title">{title}</p>
        {children}
      </div>
      {actions && <div class="actions">{actions}</div>}
    </div>
  );
}

export interface FailureProps {
  error: unknown;
  /** What was to be done, e.g. `The images cannot be shown`. */
  title?: string;
  onRetry?: (() => void) | undefined;
}

/** What went wrong, what to do about it, and the request's id for whoever runs the server. */
export function Failure({ error, title, onRetry }: FailureProps) {
  if (error === undefined) return null;
  const { message, remedy, requestId } = describeError(error);
  return (
    <Notice
      kind="bad"
      title={title ?? message}
      actions={
        onRetry && (
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        )
      }
    >
      {title && <p>{message}</p>}
      {remedy && <p>{remedy}</p>}
      {requestId && (
        <p class="muted">
          Request <a href={`/trace?request_id=${encodeURIComponent(requestId)}`}>{requestId}</a>
        </p>
      )}
    </Notice>
  );
}

export function describeError(error: unknown): {
  message: string;
  remedy?: string;
  requestId?: string;
  field?: string;
} {
  if (!isRunvoyError(error)) return { message: sentence(error instanceof Error ? error.message : String(error)) };
  const { message, remedy, requestId, field } = error;
  return {
    message: sentence(message),
    ...(remedy !== undefined && { remedy }),
    ...(requestId !== undefined && { requestId }),
    ...(field !== undefined && { field }),
  };
}

export interface EmptyProps {
  title: string;
  children?: ComponentChildren;
}

/** Nothing is here, and what to do about it. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
