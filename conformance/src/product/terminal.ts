import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, findCommandLine, runCommandLine } from './command-line.ts';
import type { Person } from './conversation.ts';
import type { Stage } from './stage.ts';

export interface TypeOptions {
  input?: string | Uint8Array;
  env?: Record<string, string>;
  /** What is laid out for people: how much space is between the columns depends on what is masked. */
  layout?: boolean;
}

/** Shared by all commands, which are the same: a command from sources starts three times as fast with it. */
const compileCache = join(tmpdir(), 'runvoy-conformance-compile-cache');

/** Somebody's shell, with a home of its own, in which he types `runvoy` commands. */
export class Terminal implements AsyncDisposable {
  readonly home: string;
  readonly #stage: Stage;
  readonly #person: Person;
  readonly #words: readonly string[];

  static async open(stage: Stage, person: Person): Promise<Terminal> {
    const found = findCommandLine();
    if ('no' in found) throw new Error(found.no);
    const home = await mkdtemp(join(tmpdir(), 'runvoy-home-'));
    stage.transcript.mask.name(home, 'home');
    return new Terminal(stage, person, found.words, home);
  }

  private constructor(stage: Stage, person: Person, words: readonly string[], home: string) {
    this.#stage = stage;
    this.#person = person;
    this.#words = words;
    this.home = home;
  }

  /** Runs `runvoy` with these arguments; what it writes and its exit code go into the transcript. */
  async type(args: readonly string[], options: TypeOptions = {}): Promise<CommandResult> {
    const { transcript } = this.#stage;
    transcript.line(`${this.#person.name}$ runvoy ${args.map(quote).join(' ')}`);
    const result = await this.run(args, options);
    this.#learn(result);
    for (const name of ['stdout', 'stderr'] as const) {
      const text = result[name]
        .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, '<time>')
        // What follows is the provider's.
        .replace(/^(✗ The command (?:timed out and was stopped|was stopped|never started)): .*$/gm, '$1');
      transcript.output(name, options.layout ? text.replace(/(\S) {2,}/g, '$1 ') : text);
    }
    transcript.line(`exit code ${result.code}`);
    return result;
  }

  /** The same, not in the transcript. */
  run(args: readonly string[], { input, env }: TypeOptions = {}): Promise<CommandResult> {
    const { world, server } = this.#stage;
    const { apiKey } = this.#person;
    return world.during(
      `runvoy ${args.join(' ')}`,
      runCommandLine(this.#words, args, {
        env: {
          PATH: process.env.PATH ?? '',
          HOME: this.home,
          RUNVOY_HOME: this.home,
          RUNVOY_API_ENDPOINT: server.url,
          NODE_COMPILE_CACHE: compileCache,
          ...(apiKey !== undefined && { RUNVOY_API_KEY: apiKey }),
          ...env,
        },
        signal: world.signal,
        ...(input !== undefined && { input }),
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  #learn({ stdout, stderr }: CommandResult): void {
    const { mask } = this.#stage.transcript;
    for (const [, id] of stderr.matchAll(/(?:Request ID: |"request_id":")([\w.-]+)/g)) mask.learn('request', id!);
    for (const [, id] of stdout.matchAll(/Image ID: +(\S+)/g)) mask.learn('image-id', id!);
    for (const [id] of (stdout + stderr).matchAll(/\b[0-9a-f]{32}\b/g)) mask.learn('execution', id);
  }
}

function quote(word: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
