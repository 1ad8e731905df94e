import { effect, type Signal, signal } from '@preact/signals';
import { store, stored } from './storage.ts';

export type Theme = 'auto' | 'light' | 'dark';
export type Times = 'off' | 'absolute' | 'relative';

/** What this browser remembers of how its user likes things. */
export const theme = preference<Theme>('theme', 'auto');
export const times = preference<Times>('times', 'off');
export const wrap = preference('wrap', false);
/** Single keys as commands; can be switched off because dictation software types them. */
export const shortcuts = preference('shortcuts', true);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

function preference<T>(name: string, fallback: T): Signal<T> {
  const value = signal(stored<T>(name, fallback));
  let first = true;
  effect(() => {
    const current = value.value;
    if (!first) store(name, current === fallback ? undefined : current);
    first = false;
  });
  return value;
}
