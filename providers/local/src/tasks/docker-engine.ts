import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { docker } from '../supervisor/docker.ts';

const answerMs = 2000;
const rememberMs = 10_000;

/** The Docker engine of this machine, if there is one. */
export class DockerEngine {
  readonly #environment: Record<string, string>;
  #answer: { at: number; available: Promise<boolean> } | undefined;

  constructor(environment: Record<string, string>) {
    this.#environment = environment;
  }

  /** Whether the `docker` command is installed: cheap, and says nothing about an engine. */
  get installed(): boolean {
    return (this.#environment.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, 'docker')));
  }

  /** Whether an engine answers. */
  async answers(): Promise<boolean> {
    const now = performance.now();
    if (!this.#answer || now - this.#answer.at > rememberMs) {
      const asked = docker(['version', '--format', '{{.Server.Version}}'], this.#environment, { timeout: answerMs });
      this.#answer = { at: now, available: asked.then(({ ok }) => ok) };
    }
    return this.#answer.available;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
