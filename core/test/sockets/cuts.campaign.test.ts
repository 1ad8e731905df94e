import { test } from 'vitest';
import { followThroughCuts } from '../support/follow-through-cuts.ts';

test('a thousand cuts at random bytes lose and repeat no line', () => followThroughCuts({ cuts: 1000, followers: 8 }));
