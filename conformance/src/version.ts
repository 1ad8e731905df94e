import manifest from '../package.json' with { type: 'json' };

/** Of the suite: what a report was made with. */
export const version: string = manifest.version;
