import type { Client, FollowEvent } from '@runvoy/core/client';

export interface Followed {
  text: Record<'stdout' | 'stderr' | 'system', string>;
  end: Extract<FollowEvent, { type: 'end' }> | undefined;
  /** Why it had to connect anew, each time. */
  reconnections: string[];
  statuses: string[];
  /** The cursor of the last frame. */
  cursor: string | undefined;
}

/** Follows a run through the typed client; `until` leaves before the end. */
export async function followToEnd(
  client: Client,
  executionId: string,
  options: {
    after?: string;
    follow?: boolean;
    until?: (sofar: Followed) => boolean;
    seen?: (sofar: Followed) => void;
  } = {},
): Promise<Followed> {
  const { until, seen, ...follow } = options;
  const text = { stdout: '', stderr: '', system: '' };
  const followed: Followed = { text, end: undefined, reconnections: [], statuses: [], cursor: undefined };
  for await (const event of client.follow(executionId, follow)) {
    switch (event.type) {
      case 'log': {
        const bytes = event.continues ? event.text.subarray(0, -1) : event.text;
        text[event.stream] += Buffer.from(bytes).toString();
        followed.cursor = event.cursor;
        break;
      }
      case 'status':
        followed.statuses.push(event.status);
        break;
      case 'reconnecting':
        followed.reconnections.push(event.reason);
        break;
      case 'end':
        followed.end = event;
    }
    seen?.(followed);
    if (until?.(followed)) break;
  }
  return followed;
}
