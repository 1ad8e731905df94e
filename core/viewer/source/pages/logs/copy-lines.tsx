import { CopyButton } from '../../components/copy-button.tsx';
import type { LogSession } from '../../log/log-session.ts';
import { place } from '../../navigation.ts';
import { selectionOf } from './line-selection.ts';

/** The lines that are chosen, else all that are here, as they were printed. */
export function CopyLines({ session }: { session: LogSession }) {
  const selection = selectionOf(place.value.hash);
  const copy = async (): Promise<string> => {
    const { store } = session;
    const from = selection ? store.rowOfLine(selection.from) : 0;
    const after = selection ? store.rowOfLine(selection.to + 1) : undefined;
    if (from === undefined || store.rows === 0) throw new Error('these lines are not here');
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of store.exactBytes(from, (after ?? store.rows) - 1))
      text += decoder.decode(bytes, { stream: true });
    return text + decoder.decode();
  };
  const count = selection ? selection.to - selection.from + 1 : 0;
  return <CopyButton text={copy} label={count === 0 ? 'Copy' : count === 1 ? 'Copy line' : `Copy ${count} lines`} />;
}
