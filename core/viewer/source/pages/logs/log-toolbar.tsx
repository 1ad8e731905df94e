import { Icon } from '../../components/icon.tsx';
import type { LogSession } from '../../log/log-session.ts';
import { times, wrap } from '../../preferences.ts';
import { CopyLines } from './copy-lines.tsx';
import { DownloadMenu } from './download-menu.tsx';
import { nextTimes } from './next-times.ts';
import { SearchBox } from './search-box.tsx';
import type { LogSearchState } from './use-log-search.ts';

export interface LogToolbarProps {
  executionId: string;
  session: LogSession;
  search: LogSearchState;
  /** More lines may come. */
  active: boolean;
  following: boolean;
  onFollow(following: boolean): void;
}

const timeWords = { off: 'Times off', absolute: 'Absolute times', relative: 'Times since the start' };

export function LogToolbar({ executionId, session, search, active, following, onFollow }: LogToolbarProps) {
  return (
    <div class="log-toolbar">
      <SearchBox search={search} />
      <div class="log-tools">
        {active && (
          <button
            type="button"
            class="quiet"
            aria-pressed={following}
            title={following ? 'Stop following (f)' : 'Follow the end (f)'}
            onClick={() => onFollow(!following)}
          >
            <Icon name={following ? 'pause' : 'follow'} />
            {following ? 'Pause' : 'Follow'}
          </button>
        )}
        <button
          type="button"
          class="quiet"
          aria-pressed={wrap.value}
          title="Wrap long lines (w)"
          onClick={() => {
            wrap.value = !wrap.value;
          }}
        >
          <Icon name="wrap" />
          <span class="tool-word">Wrap</span>
        </button>
        <button
          type="button"
          class="quiet"
          aria-pressed={times.value !== 'off'}
          aria-label={timeWords[times.value]}
          title={`${timeWords[times.value]} (t)`}
          onClick={() => {
            times.value = nextTimes(times.value);
          }}
        >
          <Icon name="clock" />
          <span class="tool-word">{times.value === 'relative' ? 'Since start' : 'Times'}</span>
        </button>
        <CopyLines session={session} />
        <DownloadMenu executionId={executionId} />
      </div>
    </div>
  );
}
