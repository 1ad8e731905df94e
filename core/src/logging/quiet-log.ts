import type { Logger } from '../contract/plugin.ts';

const silent = () => undefined;

/** For who has nowhere to write a log to. */
export const quietLog: Logger = { debug: silent, info: silent, warn: silent, error: silent };
