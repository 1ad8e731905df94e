import { test } from 'vitest';
import { followThroughCuts } from '../support/follow-through-cuts.ts';

test(
  'a hundred cuts at random bytes lose and repeat no line',
  () => followThroughCuts({ cuts: 100, followers: 5 }),
  60_000,
);
