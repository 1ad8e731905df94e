import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Execution } from '../../../../src/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { Empty, Failure } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { formatNumber } from '../../format.ts';
import { useKeys } from '../../keyboard.ts';
import { logsPath, navigate, place } from '../../navigation.ts';
import { filterOf, isFiltered } from './execution-filter.ts';
import { useExecutionList } from './execution-list.ts';
import { ExecutionTable } from './execution-table.tsx';
import { Filters } from './filters.tsx';

export function ExecutionsPage() {
  const filter = filterOf(place.value.query);
  const list = useExecutionList(filter);
  const search = useSignal('');
  const input = useRef<HTMLInputElement>(null);
  const shown = list.executions?.filter((execution) => matches(execution, search.value));
  useKeys({ '/': () => input.current?.focus(), j: () => step(1), k: () => step(-1) });

  return (
    <Page
      title="Executions"
      actions={
        <a class="button primary" href="/">
          <Icon name="play" />
          Run
        </a>
      }
    >
      <Filters filter={filter}>
        <label class="search-box">
          <Icon name="search" />
          <span class="off-screen">Search in what is listed</span>
          <input
            ref={input}
            type="search"
            placeholder="Command, id, user… ( / )"
            value={search.value}
            onInput={({ currentTarget }) => {
              search.value = currentTarget.value;
            }}
            onKeyDown={({ key, currentTarget }) => {
              if (key === 'Escape') currentTarget.blur();
              const id = search.value.trim();
              if (key === 'Enter' && /^[0-9a-f]{32}$/.test(id)) navigate(logsPath(id));
            }}
          />
        </label>
      </Filters>
      <Failure error={list.error} title="The executions cannot be shown as they are now" onRetry={list.refresh} />
      {shown === undefined && list.error === undefined && <p class="loading">Loading…</p>}
      {shown && shown.length > 0 && <ExecutionTable executions={shown} onChange={list.refresh} />}
      {shown?.length === 0 && <Nothing filtered={isFiltered(filter)} searched={search.value !== ''} />}
      {list.executions && list.executions.length > 0 && (
        <footer class="list-footer">
          <span class="muted" role="status">
            {search.value !== '' && `${formatNumber(shown?.length ?? 0)} of `}
            {formatNumber(list.executions.length)} listed{list.more ? '' : ', which is all'}
          </span>
          {list.more && (
            <button type="button" disabled={list.loading} onClick={() => void list.loadMore()}>
              Older ones
            </button>
          )}
        </footer>
      )}
    </Page>
  );
}

function Nothing({ filtered, searched }: { filtered: boolean; searched: boolean }) {
  if (searched) {
    return (
      <Empty title="Nothing that is listed matches">
        <p>
          The search looks at what is listed: load older ones, or use the filters. A whole id and Enter opens its log.
        </p>
      </Empty>
    );
  }
  if (filtered) {
    return (
      <Empty title="No execution matches these filters">
        <p>
          <a href="/executions">Remove the filters</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has been run yet">
      <p>
        <a href="/">Run a command</a>, or from a terminal: <code>runvoy run "uname -a"</code>
      </p>
    </Empty>
  );
}

function matches(execution: Execution, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return true;
  const { execution_id, command, argv, created_by, image_id } = execution;
  return [execution_id, command, argv?.join(' ') ?? '', created_by, image_id].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

/** Moves the focus between the rows' links. */
function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}
