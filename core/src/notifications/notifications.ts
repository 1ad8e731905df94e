import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { HttpNotification } from '../contract/notifications.ts';
import type { Logger, Provider } from '../contract/plugin.ts';
import type { NotificationProblems, Notifications, Runvoy } from '../services.ts';

export interface NotificationsDependencies {
  provider: Pick<Provider, 'receive'>;
  process: Runvoy['process'];
  log: Logger;
  now(): number;
}

/** An event may overtake the record that it is about; what has none after this long belongs to nothing. */
const patienceMilliseconds = 600_000;

/** What a cloud sends by HTTP. It delivers again what is answered with a failure, so only what that can help gets one. */
export function createNotifications({ provider, process, log, now }: NotificationsDependencies): Notifications {
  let problems: NotificationProblems = { malformed: 0, dropped: 0 };

  async function perform(request: HttpNotification, requestId: string): Promise<void> {
    const { raw, sentAt } = await provider.receive!(request, { requestId });
    let cause: unknown;
    try {
      if ((await process(raw, requestId)).unknownTasks === 0) return;
    } catch (error) {
      if (!isRunvoyError(error, 'NOT_FOUND')) throw error;
      cause = error;
    }
    if (sentAt === undefined || now() - sentAt < patienceMilliseconds)
      throw new RunvoyError('NOT_FOUND', 'no run is known that this notification is about', { cause });
    problems.dropped++;
    log.error({ request_id: requestId, sent_at: sentAt }, 'a notification about a task without a record was dropped');
  }

  return {
    async receive(request, requestId) {
      try {
        await perform(request, requestId);
      } catch (error) {
        if (!isRunvoyError(error, 'INVALID_REQUEST')) throw error;
        problems.malformed++;
        log.error({ request_id: requestId, error }, 'a notification that makes no sense was dropped');
      }
    },
    takeProblems() {
      const taken = problems;
      problems = { malformed: 0, dropped: 0 };
      return taken;
    },
  };
}
