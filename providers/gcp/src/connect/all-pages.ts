/** One page of a list, as Google's clients give it when they do not page by themselves: items, next request, the whole answer. */
export type Listing<Item> = [Item[], unknown, { nextPageToken?: string | null } | null | undefined];

/**
 * Every item of a list, page by page: the clients' own `…Async` methods print a warning into the log of whoever calls them.
 * `list`: asks for one page, with `{ autoPaginate: false }`.
 */
export async function* allPages<Item>(list: (pageToken: string) => Promise<unknown>): AsyncGenerator<Item> {
  for (let pageToken = ''; ; ) {
    const [items, , response] = (await list(pageToken)) as Listing<Item>;
    yield* items;
    pageToken = response?.nextPageToken ?? '';
    if (pageToken === '') return;
  }
}

/** For the clients' list methods. */
export const onePage = { autoPaginate: false } as const;
