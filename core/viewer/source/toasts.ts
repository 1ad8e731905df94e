import { signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
  kind: 'good' | 'bad' | 'plain';
  href?: string;
}

const shownMilliseconds = 8000;
let last = 0;

export const toasts = signal<readonly Toast[]>([]);

/** A short message that leaves by itself. Failures of what somebody asked for are shown in their place instead. */
export function toast(text: string, { kind = 'plain', href }: { kind?: Toast['kind']; href?: string } = {}): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-3), { id, text, kind, ...(href !== undefined && { href }) }];
  setTimeout(() => dismiss(id), shownMilliseconds);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
