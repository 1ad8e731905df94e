import { describe, expect, it } from 'vitest';
import { readParameters, resolveParameters } from '../../src/playbooks/parameter.ts';

const fail = (field: string, problem: string): never => {
  throw new Error(`${field} ${problem}`);
};
const read = (content: unknown) => readParameters(content, fail);

describe('readParameters', () => {
  it.each([
    [{ 'a-b': {} }, 'parameters.a-b is not an environment variable name'],
    [{ A: 'x' }, 'parameters.A must have the form {type: string, …}'],
    [{ A: { type: 'float' } }, 'parameters.A.type must be one of string, integer, number, boolean, choice'],
    [{ A: { type: 'choice' } }, 'parameters.A.choices must be a list of at least one value'],
    [{ A: { required: 'yes' } }, 'parameters.A.required must be true or false'],
    [{ A: { pattern: '(' } }, 'parameters.A.pattern is not a regular expression'],
    [{ A: { type: 'integer', default: 'x' } }, 'parameters.A.default must be a whole number'],
    [['A'], 'parameters must be a list of NAME: {type: …}'],
  ])('refuses %j', (content, message) => {
    expect(() => read(content)).toThrowError(message);
  });
});

describe('resolveParameters', () => {
  const parameters = read({
    NAME: { required: true, pattern: '[a-z]+', description: 'who' },
    COUNT: { type: 'integer', default: 3 },
    RATIO: { type: 'number' },
    DRY: { type: 'boolean' },
    STAGE: { type: 'choice', choices: ['test', 'live'], default: 'test' },
    PASS: { secret: true, pattern: '.{3,}' },
  });
  const resolve = (given: Record<string, string>) => resolveParameters(parameters, given, undefined);

  it('takes what is given, then defaults, and leaves out what is optional', async () => {
    expect(await resolve({ NAME: 'ana', DRY: 'true' })).toEqual({
      NAME: 'ana',
      COUNT: '3',
      STAGE: 'test',
      DRY: 'true',
    });
  });

  it.each([
    [{}, 'parameter NAME is required'],
    [{ NAME: 'Ana' }, 'parameter NAME must match [a-z]+: "Ana"'],
    [{ NAME: 'a\nb' }, 'parameter NAME must match'],
    [{ NAME: 'a', COUNT: '1.5' }, 'parameter COUNT must be a whole number'],
    [{ NAME: 'a', RATIO: 'Infinity' }, 'parameter RATIO must be a number'],
    [{ NAME: 'a', RATIO: '' }, 'parameter RATIO must be a number'],
    [{ NAME: 'a', DRY: 'yes' }, 'parameter DRY must be true or false'],
    [{ NAME: 'a', STAGE: 'prod' }, 'parameter STAGE must be one of test, live'],
    [{ NAME: 'a', OTHER: '1' }, 'the playbook has no parameter OTHER'],
    [{ NAME: 'a', toString: '1' }, 'the playbook has no parameter toString'],
  ])('refuses %j', async (given, message) => {
    await expect(resolve(given as Record<string, string>)).rejects.toThrowError(message);
  });

  it('does not repeat a secret in the message about it', async () => {
    await expect(resolve({ NAME: 'a', PASS: 'zz' })).rejects.toThrowError(/^(?!.*zz)/);
  });

  it('asks for what is required and missing', async () => {
    const asked: string[] = [];
    const ask = async (name: string) => {
      asked.push(name);
      return 'bob';
    };
    expect(await resolveParameters(parameters, {}, ask)).toMatchObject({ NAME: 'bob' });
    expect(asked).toEqual(['NAME']);
  });
});
