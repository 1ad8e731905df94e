import { type Parameter, resolveParameters, valueProblem } from '@runvoy/core/playbooks';
import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { ask, askSecret, canAsk, choose } from '../output/prompts.ts';
import { listPlaybooks, loadPlaybook, type PlaybookEntry, playbookFolder } from '../playbooks/find-playbooks.ts';

import { buildRunRequest } from '../runs/build-request.ts';
import { environmentFromFlags, userEnvironment } from '../runs/environment.ts';
import type { RunOptions } from '../runs/run-options.ts';
import { submitRun } from '../runs/submit.ts';

export async function list({ ui, env }: Context): Promise<void> {
  const entries = await listPlaybooks(env);
  const shown = entries.map(({ name, path, playbook, error }) => ({
    name,
    path,
    description: playbook?.description,
    error,
  }));
  ui.result({ playbooks: shown }, () => {
    ui.table(
      [
        { title: 'Name', value: (entry: PlaybookEntry) => entry.name },
        { title: 'Description', value: (entry) => entry.playbook?.description, shrinks: true },
      ],
      entries.filter((entry) => entry.playbook),
      `No playbooks in ${playbookFolder(env)}`,
    );
    for (const entry of entries) if (entry.error !== undefined) ui.warn(entry.error);
  });
}

export async function show({ ui, env }: Context, name: string): Promise<void> {
  const playbook = await loadPlaybook(name, env);
  const masked = {
    ...playbook,
    env: mapValues(playbook.env, (value, key) => (looksSecret(key) ? hidden : value)),
    parameters: mapValues(playbook.parameters, (parameter) =>
      parameter.secret && parameter.default !== undefined ? { ...parameter, default: hidden } : parameter,
    ),
  };
  ui.result(masked, () => {
    ui.fields({
      Name: masked.name,
      Description: masked.description,
      Image: masked.image,
      'Git Repository': masked.git_repo,
      'Git Reference': masked.git_ref,
      'Git Path': masked.git_path,
      Secrets: masked.secrets.join(', '),
      Environment: Object.entries(masked.env)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    });
    if (Object.keys(masked.parameters).length > 0) ui.line('\nParameters');
    ui.table(
      [
        { title: 'Name', value: ([key]: [string, Parameter]) => key },
        { title: 'Type', value: ([, parameter]) => parameter.choices?.join(' | ') ?? parameter.type },
        { title: 'Required', value: ([, parameter]) => (parameter.required ? 'Yes' : 'No') },
        { title: 'Default', value: ([, parameter]) => parameter.default },
        { title: 'Description', value: ([, parameter]) => parameter.description, shrinks: true },
      ],
      Object.entries(masked.parameters),
      'No parameters',
    );
    ui.line('\nCommands');
    for (const command of masked.commands) ui.line(`  ${command}`);
  });
}

export interface PlaybookRunOptions extends RunOptions {
  param?: string[];
}

export async function run(context: Context, name: string, options: PlaybookRunOptions): Promise<number> {
  const playbook = await loadPlaybook(name, context.env);
  const values = await resolveParameters(
    playbook.parameters,
    readGiven(options.param ?? []),
    canAsk() ? askFor : undefined,
  );
  const env = {
    ...playbook.env,
    ...userEnvironment(context.env),
    ...environmentFromFlags(options, context.env),
    ...values,
  };
  const {
    image = playbook.image,
    gitRepo = playbook.git_repo,
    gitRef = playbook.git_ref,
    gitPath = playbook.git_path,
  } = options;
  const merged: RunOptions = {
    ...options,
    secret: [...playbook.secrets, ...(options.secret ?? [])],
    ...(image === undefined ? {} : { image }),
    ...(gitRepo === undefined ? {} : { gitRepo }),
    ...(gitRef === undefined ? {} : { gitRef }),
    ...(gitPath === undefined ? {} : { gitPath }),
  };
  return submitRun(context, buildRunRequest({ command: playbook.commands.join(' && ') }, env, merged), options);
}

function readGiven(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
      throw new RunvoyError('INVALID_REQUEST', `--param ${text} has no value`, {
        field: '--param',
        remedy: 'Write it as --param name=value.',
      });
    }),
  );
}

function askFor(name: string, parameter: Parameter): Promise<string> {
  const message = parameter.description ? `${name}: ${parameter.description}` : name;
  if (parameter.secret) return askSecret(message);
  const choices = parameter.type === 'boolean' ? ['true', 'false'] : parameter.choices;
  if (choices) return choose(message, choices);
  return ask(message, { validate: (value) => (value === '' ? 'A value is required' : valueProblem(parameter, value)) });
}

const hidden = '********';

/** The names that upstream takes for secrets. */
function looksSecret(name: string): boolean {
  return /ACCESS_KEY|API_KEY|PASSWORD|PRIVATE_KEY|SECRET|TOKEN/i.test(name);
}

function mapValues<Value, Result>(
  values: Record<string, Value>,
  map: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
