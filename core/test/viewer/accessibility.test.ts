import { describePages } from './support/describe-pages.ts';

/** The other two looks are in the campaign. */
describePages([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 360 },
]);
