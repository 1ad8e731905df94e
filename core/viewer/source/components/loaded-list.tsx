import type { ComponentChildren } from 'preact';
import type { Resource } from '../resource.ts';
import { Empty, Failure } from './notices.tsx';

export interface LoadedListProps<T> {
  resource: Resource<readonly T[]>;
  /** In the plural, e.g. `images`. */
  what: string;
  /** Shown when there are none. */
  empty: { title: string; advice?: string };
  children(items: readonly T[]): ComponentChildren;
}

/** A list from the server, or that it is on its way, empty, or not to be had; a failure leaves what is shown where it is. */
export function LoadedList<T>({ resource, what, empty, children }: LoadedListProps<T>) {
  const { data, error, loading, reload } = resource;
  return (
    <>
      <Failure error={error} title={`The ${what} cannot be shown as they are now`} onRetry={reload} />
      {!data && loading && <p class="loading">Loading…</p>}
      {data?.length === 0 && <Empty title={empty.title}>{empty.advice && <p>{empty.advice}</p>}</Empty>}
      {data && data.length > 0 && children(data)}
    </>
  );
}
