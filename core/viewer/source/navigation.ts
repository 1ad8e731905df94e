import { signal } from '@preact/signals';

export interface Place {
  /** Without a slash at the end, except `/`. */
  path: string;
  query: URLSearchParams;
  /** Without the `#`. */
  hash: string;
  /** What the page before handed over; not kept in the address. */
  state: unknown;
}

export const place = signal(currentPlace());

export function navigate(to: string, { replace = false, state = null }: { replace?: boolean; state?: unknown } = {}) {
  const before = place.peek().path;
  if (replace) history.replaceState(state, '', to);
  else history.pushState(state, '', to);
  place.value = currentPlace();
  if (place.peek().path !== before) scrollTo(0, 0);
}

/** Changes the address without leaving the page. */
export function setQuery(changes: Record<string, string | undefined>): void {
  const { path, query, hash, state } = place.peek();
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  const text = next.size === 0 ? '' : `?${next}`;
  navigate(path + text + (hash && `#${hash}`), { replace: true, state });
}

export function logsPath(executionId: string): string {
  return `/logs?execution_id=${encodeURIComponent(executionId)}`;
}

/** With the origin, for links that are sent to others. */
export function pageAddress(path: string): string {
  return new URL(path, location.origin).href;
}

function currentPlace(): Place {
  const { pathname, search, hash } = location;
  return {
    path: pathname.replace(/(.)\/+$/, '$1'),
    query: new URLSearchParams(search),
    hash: hash.slice(1),
    state: history.state,
  };
}

const update = () => {
  place.value = currentPlace();
};
addEventListener('popstate', update);
addEventListener('hashchange', update);

/** Plain clicks on links to other pages change the page without loading it anew. */
addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.target as Element).closest?.('a');
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname.startsWith('/api/')) return;
  // Those within the page, as the one that skips the navigation.
  if (link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  if (link.href !== location.href) navigate(link.pathname + link.search + link.hash);
});
