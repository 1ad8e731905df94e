import { useRef } from 'preact/hooks';
import type { LogStream } from '../../../../src/contract/logs.ts';
import { Icon } from '../../components/icon.tsx';
import { describeError } from '../../components/notices.tsx';
import { useAction } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';

const kinds: { label: string; suffix: string; streams: readonly LogStream[] }[] = [
  { label: 'Everything', suffix: '', streams: ['stdout', 'stderr', 'system'] },
  { label: 'Standard output', suffix: '-stdout', streams: ['stdout'] },
  { label: 'Standard error', suffix: '-stderr', streams: ['stderr'] },
];
/** Parts are handed to the browser, which may keep them on disk. */
const partBytes = 8 << 20;

export function DownloadMenu({ executionId }: { executionId: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const download = useAction(async (streams: readonly LogStream[], suffix: string) => {
    if (menu.current) menu.current.open = false;
    try {
      save(await readAll(executionId, streams), `${executionId}${suffix}.log`);
    } catch (error) {
      toast(`Not downloaded: ${describeError(error).message}`, { kind: 'bad' });
    }
  });
  return (
    <details
      class="menu"
      ref={menu}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Escape') currentTarget.open = false;
      }}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) currentTarget.open = false;
      }}
    >
      <summary class="button" aria-label="Download">
        <Icon name="download" />
        <span class="tool-word">{download.busy ? 'Reading…' : 'Download'}</span>
      </summary>
      <div class="menu-items">
        {kinds.map(({ label, suffix, streams }) => (
          <button
            key={label}
            type="button"
            class="quiet"
            disabled={download.busy}
            onClick={() => void download.run(streams, suffix)}
          >
            {label}
          </button>
        ))}
      </div>
    </details>
  );
}

/** Byte for byte what was printed: a line that was cut on its way is put together again. */
async function readAll(executionId: string, streams: readonly LogStream[]): Promise<Blob> {
  let whole = new Blob([], { type: 'text/plain' });
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const flush = () => {
    whole = new Blob([whole, ...parts], { type: 'text/plain' });
    parts = [];
    bytes = 0;
  };
  for await (const event of client.peek().follow(executionId, { follow: false })) {
    if (event.type !== 'log' || !streams.includes(event.stream)) continue;
    const text = event.continues ? event.text.subarray(0, -1) : event.text;
    parts.push(text as Uint8Array<ArrayBuffer>);
    bytes += text.length;
    if (bytes > partBytes) flush();
  }
  flush();
  return whole;
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
