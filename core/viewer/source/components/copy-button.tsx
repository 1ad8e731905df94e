import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface CopyButtonProps {
  /** What is copied; a function when it has to be fetched first. */
  text: string | (() => Promise<string>);
  label?: string;
}

export function CopyButton({ text, label = 'Copy' }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'busy' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state !== 'done' && state !== 'failed') return;
    const timer = setTimeout(() => setState('idle'), 2500);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    setState('busy');
    try {
      await copyText(typeof text === 'string' ? text : await text());
      setState('done');
    } catch {
      setState('failed');
    }
  };
  const shown = { idle: label, busy: 'Copying…', done: 'Copied', failed: 'Could not copy' }[state];
  return (
    <button type="button" onClick={copy} disabled={state === 'busy'}>
      <Icon name={state === 'done' ? 'check' : 'copy'} />
      <span aria-live="polite">{shown}</span>
    </button>
  );
}

/** Without TLS browsers offer no clipboard API, except on this machine. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'off-screen';
  // A modal dialog makes everything outside of it inert.
  const parent = document.querySelector('dialog[open]') ?? document.body;
  parent.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('the browser refused to copy');
}
