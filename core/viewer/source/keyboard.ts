import { useEffect } from 'preact/hooks';
import { shortcuts } from './preferences.ts';

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

/** Keys as `KeyboardEvent.key` names them; two pressed one after the other are written `g e`. */
const maps: KeyMap[] = [];
const sequenceMilliseconds = 1200;
let prefix: { key: string; at: number } | undefined;

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !shortcuts.peek()) return;
  if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
  const { key } = event;
  const sequence = prefix && event.timeStamp - prefix.at < sequenceMilliseconds ? `${prefix.key} ${key}` : undefined;
  prefix = undefined;
  for (const name of sequence ? [sequence, key] : [key]) {
    const command = maps.findLast((map) => Object.hasOwn(map, name))?.[name];
    if (!command) continue;
    event.preventDefault();
    command(event);
    return;
  }
  if (key === 'g') prefix = { key, at: event.timeStamp };
});

/** Keys that work as long as the component is there; those of inner components come first. */
export function useKeys(map: KeyMap): void {
  useEffect(() => {
    maps.push(map);
    return () => {
      maps.splice(maps.indexOf(map), 1);
    };
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
