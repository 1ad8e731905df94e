import { RunvoyError } from '../contract/errors.ts';
import { isRecord } from './is-record.ts';
import { type Parameter, readParameters } from './parameter.ts';

export interface Playbook {
  name: string;
  description?: string;
  image?: string;
  git_repo?: string;
  git_ref?: string;
  git_path?: string;
  secrets: string[];
  env: Record<string, string>;
  /** Run one after the other as long as they succeed. */
  commands: string[];
  parameters: Record<string, Parameter>;
}

/** Unknown keys are ignored, as upstream does. `path` is for messages. */
export function readPlaybook(name: string, content: unknown, path: string): Playbook {
  const fail = (field: string, problem: string): never => {
    throw new RunvoyError('INVALID_REQUEST', `${path}: ${field} ${problem}`, { field });
  };
  if (!isRecord(content)) return fail('the file', 'is not a playbook: it needs at least a list of commands');
  const text = (field: string) => {
    const value = content[field];
    if (value === undefined || value === null) return {};
    return typeof value === 'string' ? { [field]: value } : fail(field, 'must be a text');
  };
  const texts = (field: string): string[] => {
    const value = content[field] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
      return fail(field, 'must be a list of texts');
    return value;
  };
  const commands = texts('commands');
  if (commands.length === 0) fail('commands', 'must have at least one command');
  return {
    name,
    ...text('description'),
    ...text('image'),
    ...text('git_repo'),
    ...text('git_ref'),
    ...text('git_path'),
    secrets: texts('secrets'),
    env: readEnvironment(content.env ?? {}, fail),
    commands,
    parameters: readParameters(content.parameters ?? {}, fail),
  };
}

function readEnvironment(value: unknown, fail: (field: string, problem: string) => never): Record<string, string> {
  if (!isRecord(value)) return fail('env', 'must be a list of NAME: value');
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) =>
      item === null || typeof item === 'object' ? fail(`env.${name}`, 'must be a text') : [name, String(item)],
    ),
  );
}
