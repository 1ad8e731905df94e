import { describePages } from './support/describe-pages.ts';

describePages([
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 360 },
]);
