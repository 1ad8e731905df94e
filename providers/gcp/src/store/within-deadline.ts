import { isRunvoyError, RunvoyError } from '@runvoy/core/provider';
import { classify } from '../classify.ts';

/** Firestore's client tries again for a minute and longer before it gives up; nobody waits that long for a document. */
const deadlineMilliseconds = 10_000;
const retryAfterSeconds = 5;

/** The outcome of some work with Firestore, whose failures say that it is the metadata store that failed. */
export async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const message = `Firestore did not answer within ${deadlineMilliseconds / 1000} s`;
    late.reject(new RunvoyError('DATABASE_ERROR', message, { retryAfterSeconds }));
  }, deadlineMilliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    throw databaseError(error);
  } finally {
    clearTimeout(timer);
  }
}

function databaseError(error: unknown): unknown {
  if (isRunvoyError(error)) return error;
  const message = String((error as { message?: unknown } | undefined)?.message ?? '');
  if (/database .* does not exist/i.test(message)) {
    return new RunvoyError('CONFIGURATION_INVALID', 'the Firestore database does not exist', {
      field: 'RUNVOY_GCP_FIRESTORE_DATABASE',
      remedy: 'Create it in Native mode, or name one that exists.',
      cause: error,
    });
  }
  const code = classify(error);
  if (code !== undefined && code !== 'SERVICE_UNAVAILABLE') return error;
  return new RunvoyError('DATABASE_ERROR', 'Firestore does not answer', { cause: error });
}
