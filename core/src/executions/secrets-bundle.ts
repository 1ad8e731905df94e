import { randomHex } from '../random-hex.ts';

/** Prefix in the `secrets` facet of what single runs need; never a user's name, which has no such prefix at its start. */
export const bundlePrefix = 'exec/';

/**
 * The name of the values that one run needs. Whoever may look at a run knows its id, and on some clouds every run has the identity
 * that may read the values of any run whose name it knows: so there is a second part, which nobody is shown.
 */
export const bundleName = (executionId: string): string => `${bundlePrefix}${executionId}/${randomHex(16)}`;

/** The execution that a name was made for. */
export const executionOfBundle = (name: string): string => name.slice(bundlePrefix.length).split('/', 1)[0]!;
