import { RunvoyError } from '../contract/errors.ts';
import { isRecord } from './is-record.ts';

const types = ['string', 'integer', 'number', 'boolean', 'choice'] as const;

/**
 * A value that whoever runs the playbook gives. It reaches the command as the environment variable of the same name: as
 * data, never as a part of the command's text.
 */
export interface Parameter {
  type: (typeof types)[number];
  description?: string;
  choices?: string[];
  default?: string;
  required: boolean;
  /** The whole value must match this regular expression. */
  pattern?: string;
  /** Not shown while it is typed, nor by `playbook show`. */
  secret: boolean;
}

type Fail = (field: string, problem: string) => never;

export function readParameters(content: unknown, fail: Fail): Record<string, Parameter> {
  if (!isRecord(content)) return fail('parameters', 'must be a list of NAME: {type: …}');
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [name, readParameter(`parameters.${name}`, name, value, fail)]),
  );
}

function readParameter(field: string, name: string, content: unknown, fail: Fail): Parameter {
  if (!/^[A-Za-z_]\w*$/.test(name)) fail(field, 'is not an environment variable name');
  if (!isRecord(content)) return fail(field, 'must have the form {type: string, …}');
  const type = content.type ?? 'string';
  if (!types.includes(type as Parameter['type'])) fail(`${field}.type`, `must be one of ${types.join(', ')}`);
  const parameter: Parameter = {
    type: type as Parameter['type'],
    required: readBoolean(`${field}.required`, content.required, fail),
    secret: readBoolean(`${field}.secret`, content.secret, fail),
  };
  if (content.description !== undefined) parameter.description = String(content.description);
  if (parameter.type === 'choice') parameter.choices = readChoices(`${field}.choices`, content.choices, fail);
  if (content.pattern !== undefined) parameter.pattern = readPattern(`${field}.pattern`, content.pattern, fail);
  if (content.default !== undefined) {
    parameter.default = String(content.default);
    const problem = valueProblem(parameter, parameter.default);
    if (problem) fail(`${field}.default`, problem);
  }
  return parameter;
}

/** What is wrong with a value for this parameter, if anything. */
export function valueProblem(parameter: Parameter, value: string): string | undefined {
  if (parameter.type === 'integer' && !/^[+-]?\d+$/.test(value)) return 'must be a whole number';
  if (parameter.type === 'number' && (value.trim() === '' || !Number.isFinite(Number(value))))
    return 'must be a number';
  if (parameter.type === 'boolean' && value !== 'true' && value !== 'false') return 'must be true or false';
  if (parameter.choices && !parameter.choices.includes(value)) return `must be one of ${parameter.choices.join(', ')}`;
  if (parameter.pattern && !new RegExp(`^(?:${parameter.pattern})$`, 'u').test(value))
    return `must match ${parameter.pattern}`;
  return undefined;
}

/**
 * The value of every parameter: given, else the default, else what `ask` gets from a person. Optional ones without a value
 * are left out.
 */
export async function resolveParameters(
  parameters: Record<string, Parameter>,
  given: Record<string, string>,
  ask: ((name: string, parameter: Parameter) => Promise<string>) | undefined,
): Promise<Record<string, string>> {
  for (const name of Object.keys(given)) if (!Object.hasOwn(parameters, name)) throw unknownParameter(name, parameters);
  const values: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name] ?? parameter.default ?? (parameter.required ? await ask?.(name, parameter) : undefined);
    if (value === undefined && !parameter.required) continue;
    const problem = value === undefined ? 'is required' : valueProblem(parameter, value);
    if (problem)
      throw new RunvoyError(
        'INVALID_REQUEST',
        `parameter ${name} ${problem}${value === undefined || parameter.secret ? '' : `: ${JSON.stringify(value)}`}`,
        {
          field: `--param ${name}`,
          remedy: `Give --param ${name}=value${parameter.description ? ` (${parameter.description})` : ''}.`,
        },
      );
    values[name] = value!;
  }
  return values;
}

function unknownParameter(name: string, parameters: Record<string, Parameter>): RunvoyError {
  const known = Object.keys(parameters);
  return new RunvoyError('INVALID_REQUEST', `the playbook has no parameter ${name}`, {
    field: '--param',
    remedy: known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none; --env sets environment variables.',
  });
}

function readBoolean(field: string, value: unknown, fail: Fail): boolean {
  return value === undefined ? false : typeof value === 'boolean' ? value : fail(field, 'must be true or false');
}

function readChoices(field: string, value: unknown, fail: Fail): string[] {
  if (!Array.isArray(value) || value.length === 0) return fail(field, 'must be a list of at least one value');
  return value.map(String);
}

function readPattern(field: string, value: unknown, fail: Fail): string {
  try {
    new RegExp(`^(?:${value})$`, 'u');
    return String(value);
  } catch (error) {
    return fail(field, `is not a regular expression: ${(error as Error).message}`);
  }
}
