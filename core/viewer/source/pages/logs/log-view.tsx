import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { isFinal } from '../../../../src/executions/is-final.ts';
import { Failure } from '../../components/notices.tsx';
import { useWindowTitle } from '../../components/page.tsx';
import { shortId } from '../../format.ts';
import { useKeys } from '../../keyboard.ts';
import { LogList } from '../../log/log-list.ts';
import { LogSession } from '../../log/log-session.ts';
import { place } from '../../navigation.ts';
import { times, wrap } from '../../preferences.ts';
import { client } from '../../session.ts';
import { selectionOf, selectLine } from './line-selection.ts';
import { LogFooter } from './log-footer.tsx';
import { LogHeader } from './log-header.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import { nextTimes } from './next-times.ts';
import { StartingNotice } from './starting-notice.tsx';
import { useLogSearch } from './use-log-search.ts';

export function LogView({ executionId }: { executionId: string }) {
  const api = client.value;
  const session = useMemo(() => new LogSession(api, executionId), [api, executionId]);
  const viewport = useRef<HTMLElement>(null);
  const list = useRef<LogList | undefined>(undefined);
  const following = useSignal(selectionOf(place.peek().hash) === undefined);
  const failure = useSignal<unknown>(undefined);
  const search = useLogSearch(session, list);

  useEffect(() => {
    const made = new LogList(viewport.current!, session.store, {
      onFollow: (now) => {
        following.value = now;
      },
      onSelect: selectLine,
      onFailure: (error) => {
        failure.value = error;
      },
    });
    list.current = made;
    made.setWrap(wrap.peek());
    made.follow(following.peek());
    session.start();
    return () => {
      session.stop();
      made.destroy();
      list.current = undefined;
    };
  }, [session]);

  const status = session.end.value?.status ?? session.phase.value?.status ?? session.status.value?.status;
  const started = Date.parse(session.status.value?.started_at ?? '') || 0;
  useEffect(() => list.current?.setWrap(wrap.value), [session, wrap.value]);
  useEffect(
    () => list.current?.setLook({ times: times.value, start: started }),
    [session, times.value, times.value === 'relative' ? started : 0],
  );
  useSelection(session, list);
  useWindowTitle(`${status ? statusWord(status) : 'Log'} · ${shortId(executionId)}`);

  const follow = (now: boolean) => {
    following.value = now;
    list.current?.follow(now);
  };
  useKeys({
    f: () => follow(!following.peek()),
    w: () => {
      wrap.value = !wrap.peek();
    },
    t: () => {
      times.value = nextTimes(times.peek());
    },
    j: () => list.current?.scrollBy('line', 1),
    k: () => list.current?.scrollBy('line', -1),
    ' ': () => list.current?.scrollBy('page', 1),
    b: () => list.current?.scrollBy('page', -1),
    Home: () => list.current?.scrollToStart(),
    End: () => follow(true),
  });

  return (
    <div class="log-page">
      <LogHeader executionId={executionId} session={session} />
      <Failure
        error={session.failure.value}
        title={session.rows.value > 0 ? 'The log does not go on' : 'The log cannot be shown'}
        onRetry={() => session.retry()}
      />
      <Failure
        error={failure.value}
        title="A part of the log cannot be shown"
        onRetry={() => {
          failure.value = undefined;
          list.current?.follow(following.peek());
        }}
      />
      <div class="log-frame">
        <LogToolbar
          session={session}
          search={search}
          executionId={executionId}
          active={status === undefined || !isFinal(status)}
          following={following.value}
          onFollow={follow}
        />
        <div class="log-area">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section class="log-viewport" ref={viewport} aria-label="Lines" tabIndex={0} />
          <StartingNotice session={session} />
        </div>
        <LogFooter session={session} following={following.value} onFollow={() => follow(true)} />
      </div>
    </div>
  );
}

/** Marks the lines in the address, and goes there once they have come. */
function useSelection(session: LogSession, list: { current: LogList | undefined }): void {
  const { hash } = place.value;
  const shown = useRef('');
  const rows = session.rows.value;
  useEffect(() => {
    const selection = selectionOf(hash);
    list.current?.select(selection);
    if (!selection || shown.current === hash) return;
    const row = session.store.rowOfLine(selection.from);
    if (row === undefined) return;
    shown.current = hash;
    list.current?.leaveEnd();
    list.current?.show(row);
  }, [session, hash, shown.current === hash ? 0 : rows]);
}

function statusWord(status: string): string {
  return status.charAt(0) + status.slice(1).toLowerCase();
}
