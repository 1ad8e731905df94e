import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useAction } from '../resource.ts';
import { Failure } from './notices.tsx';

export interface DialogProps {
  title: string;
  wide?: boolean;
  onClose(): void;
  children: ComponentChildren;
}

/** The browser's own modal dialog: it keeps the focus inside, and Escape closes it. */
export function Dialog({ title, wide = false, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} class={wide ? 'wide' : ''} aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}

export interface ConfirmationProps {
  title: string;
  children: ComponentChildren;
  /** The verb, on the button. */
  verb: string;
  perform(): Promise<unknown>;
  onClose(): void;
}

/** Asks before something that cannot be taken back; a failure is shown there, and the question stays. */
export function Confirmation({ title, children, verb, perform, onClose }: ConfirmationProps) {
  const action = useAction(async () => {
    await perform();
    onClose();
  });
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Failure error={action.error} />
      <div class="actions end">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="danger" disabled={action.busy} onClick={() => void action.run()}>
          {action.busy ? `${verb}…` : verb}
        </button>
      </div>
    </Dialog>
  );
}
