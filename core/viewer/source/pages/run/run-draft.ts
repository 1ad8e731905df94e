import type { Execution, RunRequest } from '../../../../src/api/index.ts';
import { parseDuration } from '../../../../src/config/duration.ts';
import { RunvoyError } from '../../../../src/contract/errors.ts';
import type { Playbook } from '../../../../src/playbooks/playbook.ts';

export type RunMode = 'command' | 'argv' | 'playbook';

/** What stands in the form. Rows of environment variables and arguments have ids so that they keep their input's focus. */
export interface RunDraft {
  mode: RunMode;
  command: string;
  argv: { id: number; text: string }[];
  image: string;
  environment: { id: number; name: string; value: string }[];
  secrets: string[];
  timeout: string;
  gitRepo: string;
  gitRef: string;
  gitPath: string;
  standardInput: string;
  playbook: Playbook | undefined;
  parameters: Record<string, string>;
}

let lastId = 0;
export function newId(): number {
  return ++lastId;
}

export function emptyDraft(): RunDraft {
  return {
    mode: 'command',
    command: '',
    argv: [{ id: newId(), text: '' }],
    image: '',
    environment: [],
    secrets: [],
    timeout: '',
    gitRepo: '',
    gitRef: '',
    gitPath: '',
    standardInput: '',
    playbook: undefined,
    parameters: {},
  };
}

/** The same again. What ran in the environment is not on record, because it may hold secrets. */
export function draftOf(execution: Execution): RunDraft {
  const { argv, command, image_id, secrets, timeout_seconds, git_repo, git_ref, git_path } = execution;
  return {
    ...emptyDraft(),
    mode: argv ? 'argv' : 'command',
    command: argv ? '' : command,
    argv: (argv ?? ['']).map((text) => ({ id: newId(), text })),
    image: image_id,
    secrets: [...(secrets ?? [])],
    timeout: timeout_seconds === undefined ? '' : `${timeout_seconds}s`,
    gitRepo: git_repo ?? '',
    gitRef: git_ref ?? '',
    gitPath: git_path ?? '',
  };
}

/** Takes a playbook up: what it says replaces what stands in the form. */
export function withPlaybook(draft: RunDraft, playbook: Playbook): RunDraft {
  const defaults = Object.entries(playbook.parameters).map(([name, { default: value }]) => [name, value ?? '']);
  return {
    ...draft,
    mode: 'playbook',
    playbook,
    parameters: Object.fromEntries(defaults),
    image: playbook.image ?? '',
    gitRepo: playbook.git_repo ?? '',
    gitRef: playbook.git_ref ?? '',
    gitPath: playbook.git_path ?? '',
    secrets: [...playbook.secrets],
    environment: Object.entries(playbook.env).map(([name, value]) => ({ id: newId(), name, value })),
  };
}

/** Throws INVALID_REQUEST for what cannot even be sent; the server checks the rest. */
export function requestOf(draft: RunDraft): RunRequest {
  const env = Object.fromEntries(
    draft.environment.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  );
  if (draft.mode === 'playbook') Object.assign(env, parametersOf(draft));
  const timeout = timeoutOf(draft.timeout);
  return {
    ...commandOf(draft),
    ...(draft.image.trim() !== '' && { image: draft.image.trim() }),
    ...(Object.keys(env).length > 0 && { env }),
    ...(draft.secrets.length > 0 && { secrets: draft.secrets }),
    ...(timeout !== undefined && { timeout }),
    ...(draft.gitRepo.trim() !== '' && {
      git_repo: draft.gitRepo.trim(),
      ...(draft.gitRef.trim() !== '' && { git_ref: draft.gitRef.trim() }),
      ...(draft.gitPath.trim() !== '' && { git_path: draft.gitPath.trim() }),
    }),
    ...(draft.standardInput !== '' && { stdin: base64(draft.standardInput) }),
  };
}

function commandOf({ mode, command, argv, playbook }: RunDraft): Pick<RunRequest, 'command' | 'argv'> {
  if (mode === 'command') {
    if (command.trim() === '') throw invalid('command', 'There is no command', 'Type one, e.g. uname -a');
    return { command };
  }
  if (mode === 'argv') {
    if (argv[0]?.text.trim() === '')
      throw invalid('argv', 'There is no program', 'Type its name as the first argument.');
    return { argv: argv.map(({ text }) => text) };
  }
  if (!playbook) throw invalid('playbook', 'No playbook is chosen', 'Choose or open one.');
  return { command: playbook.commands.join(' && ') };
}

/** Optional ones without a value are left out, as the command line does. */
function parametersOf({ playbook, parameters }: RunDraft): Record<string, string> {
  const missing = Object.entries(playbook?.parameters ?? {}).find(
    ([name, { required }]) => required && !parameters[name],
  );
  if (missing) throw invalid(missing[0], `${missing[0]} needs a value`, missing[1].description ?? 'Fill it in.');
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));
}

function timeoutOf(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const seconds = parseDuration(text.trim());
  if (seconds === undefined)
    throw invalid('timeout', `${text} is not a duration`, 'Write 90s, 15m, 1h30m, or plain seconds.');
  return Math.ceil(seconds);
}

function invalid(field: string, message: string, remedy: string): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', message, { field, remedy });
}

function base64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
