import { formatDuration } from '../../format.ts';
import type { LogSession } from '../../log/log-session.ts';
import { useNow } from '../../resource.ts';

/** In place of the first line, until there is one. */
export function StartingNotice({ session }: { session: LogSession }) {
  const phase = session.phase.value;
  const connection = session.connection.value;
  const waits = session.rows.value === 0 && connection !== 'failed';
  const now = useNow(waits);
  if (!waits) return null;
  if (connection === 'ended') return <p class="log-waiting">It printed nothing.</p>;
  if (!phase) return <p class="log-waiting">Connecting…</p>;
  const starting = phase.status === 'STARTING';
  return (
    <div class="log-waiting">
      <p class="empty-title">
        {starting ? (phase.detail ? `Starting: ${phase.detail}` : 'Starting') : 'No output yet'}
      </p>
      <p class="muted">{formatDuration(now - phase.acceptedAt)}</p>
    </div>
  );
}
