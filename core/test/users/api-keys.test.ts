import { expect, it } from 'vitest';
import { generateToken } from '../../src/users/api-keys.ts';

it('a token is 32 characters that a command line takes for no option', () => {
  const tokens = Array.from({ length: 2000 }, generateToken);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{31}$/);
  expect(new Set(tokens).size).toBe(2000);
});
