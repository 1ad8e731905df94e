import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isFinal } from '../../../../src/executions/is-final.ts';
import { Icon } from '../../components/icon.tsx';
import { describeEnding } from '../../endings.ts';
import { formatBytes, formatNumber } from '../../format.ts';
import type { LogSession } from '../../log/log-session.ts';

/** A short interruption is mended before anybody has to know. */
const silentMilliseconds = 1500;

export interface LogFooterProps {
  session: LogSession;
  following: boolean;
  onFollow(): void;
}

/** How it stands: the lines so far and the connection, and in the end what came of it. */
export function LogFooter({ session, following, onFollow }: LogFooterProps) {
  const end = session.end.value;
  const rows = session.rows.value;
  const unseen = useUnseen(rows, following, end !== undefined);
  return (
    <footer class="log-footer" data-status={end && isFinal(end.status) ? end.status : undefined}>
      {end && isFinal(end.status) ? <Outcome session={session} /> : <Progress session={session} />}
      <span class="log-size">
        {unseen > 0 && (
          <button type="button" class="small" onClick={onFollow}>
            <Icon name="down" />
            {formatNumber(unseen)} new
          </button>
        )}
        <span class="muted">
          {countOfLines(end?.lines ?? lastLine(session))} · {formatBytes(session.store.bytes)}
        </span>
      </span>
    </footer>
  );
}

function Outcome({ session }: { session: LogSession }) {
  const end = session.end.value!;
  const { title, remedy } = describeEnding(end);
  return (
    <div class="outcome" role="status">
      <p>
        <span class="status" data-status={end.status}>
          {title}
        </span>
        {end.exit_code !== null && <span class="exit"> · exit code {end.exit_code}</span>}
        {end.reason_detail && <span> · {end.reason_detail}</span>}
      </p>
      {remedy && <p class="muted">{remedy}</p>}
      {end.logs_complete ? (
        <p class="muted">The log is complete.</p>
      ) : (
        <p class="warn-text">
          <Icon name="warning" />
          The log is incomplete: lines that the command printed did not reach the server in time.
        </p>
      )}
    </div>
  );
}

function Progress({ session }: { session: LogSession }) {
  const connection = session.connection.value;
  const slow = useSignal(false);
  useEffect(() => {
    slow.value = false;
    if (connection !== 'reconnecting') return;
    const timer = setTimeout(() => {
      slow.value = true;
    }, silentMilliseconds);
    return () => clearTimeout(timer);
  }, [connection === 'reconnecting']);
  const words = {
    connecting: 'Connecting…',
    live: 'Live',
    reconnecting: slow.value ? 'Connection lost: reconnecting, nothing will be missing' : 'Live',
    ended: 'The lines so far',
    failed: 'Not connected',
  };
  return (
    <p class="connection" data-connection={slow.value ? 'reconnecting' : connection} role="status">
      {words[connection]}
    </p>
  );
}

/** Lines that came since the user stopped following. */
function useUnseen(rows: number, following: boolean, ended: boolean): number {
  const seen = useRef(0);
  if (following) seen.current = rows;
  return following || ended ? 0 : rows - seen.current;
}

function countOfLines(lines: number): string {
  return `${formatNumber(lines)} ${lines === 1 ? 'line' : 'lines'}`;
}

function lastLine({ store }: LogSession): number {
  return store.rows === 0 ? 0 : store.row(store.rows - 1).line;
}
