import type { Microseconds } from '../cloud/time.ts';
import { Sink } from './sink.ts';

/** Every project has these two, and they are listed with the others. */
export function builtInSinks(project: string, number: string, now: Microseconds): Map<string, Sink> {
  const audit = ['activity', 'system_event', 'access_transparency'].map((name) =>
    `LOG_ID("cloudaudit.googleapis.com/${name}")`.toLowerCase(),
  );
  const filters = {
    _Required: audit.join(' OR '),
    _Default: audit.map((term) => `NOT ${term}`).join(' AND '),
  };
  return new Map(
    Object.entries(filters).map(([name, filter]) => [
      name,
      new Sink({
        name,
        destination: `logging.googleapis.com/projects/${project}/locations/global/buckets/${name}`,
        filter,
        description: '',
        disabled: false,
        exclusions: [],
        includeChildren: false,
        writerIdentity: writerIdentity(number),
        createTime: now,
        updateTime: now,
      }),
    ]),
  );
}

/** The account that publishes for all sinks of a project. */
export const writerIdentity = (projectNumber: string): string =>
  `serviceAccount:service-${projectNumber}@gcp-sa-logging.iam.gserviceaccount.com`;
