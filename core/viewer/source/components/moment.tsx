import { formatAgo, formatDateTime } from '../format.ts';

/** A point in time, as the distance from now; the exact one is a hover or a tap away. */
export function Moment({ time, now }: { time: string | number; now: number }) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime()) || date.getTime() <= 0) return <span class="muted">–</span>;
  return (
    <time dateTime={date.toISOString()} title={formatDateTime(time)}>
      {formatAgo(time, now)}
    </time>
  );
}
