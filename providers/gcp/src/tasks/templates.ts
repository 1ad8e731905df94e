import type { protos } from '@google-cloud/run';
import type { TaskTemplate } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';
import { allPages, onePage } from '../connect/all-pages.ts';
import type { Clients } from '../connect/clients.ts';
import { type Job, jobSpec, marks } from './job-spec.ts';
import { jobName, jobPath, lastSegment, locationPath, withSidecar } from './names.ts';

type Execution = protos.google.cloud.run.v2.IExecution;

const notFound = 5;
const alreadyExists = 6;
const codeOf = (error: unknown): number => (error as { code?: number }).code ?? -1;

/** Jobs: one for each image configuration, and one more for its runs that need a sidecar, made by the first of these. */
export class Templates {
  readonly #config: GcpConfig;
  readonly #clients: Clients;

  constructor(config: GcpConfig, clients: Clients) {
    this.#config = config;
    this.#clients = clients;
  }

  /** Makes the Job of a template, or brings it up to date. Answers with its name. */
  async make(template: TaskTemplate, options: { hasSidecar: boolean }): Promise<{ job: string; notes: string[] }> {
    const { job: wanted, notes } = jobSpec(this.#config, template, options);
    const name = jobName(this.#config, template);
    const jobId = options.hasSidecar ? withSidecar(name) : name;
    const client = await this.#clients.jobs();
    try {
      const [operation] = await client.createJob({ parent: locationPath(this.#config), jobId, job: wanted });
      await operation.promise();
    } catch (error) {
      if (codeOf(error) !== alreadyExists) throw error;
      await this.#bringUpToDate(jobId, wanted);
    }
    return { job: jobId, notes };
  }

  /** The Jobs that are as this version of runvoy would make them; others are missing, so that they are made again. */
  async list(): Promise<string[]> {
    const found: string[] = [];
    for (const job of await this.all()) {
      const name = lastSegment(job.name ?? '');
      const template = templateOf(job);
      if (!template || isForgotten(job) || name !== jobName(this.#config, template)) continue;
      const { job: wanted } = jobSpec(this.#config, template, { hasSidecar: false });
      if (job.annotations?.[marks.spec] === wanted.annotations?.[marks.spec]) found.push(name);
    }
    return found;
  }

  /** A Job takes its executions with it, so one that has any is only marked; `sweep` removes it later. */
  async forget(name: string): Promise<void> {
    await Promise.all([name, withSidecar(name)].map((job) => this.#forgetOne(job)));
  }

  /** Removes Jobs that were forgotten and whose executions ended before a time. Answers with their names. */
  async sweep(endedBefore: number): Promise<string[]> {
    const removed: string[] = [];
    for (const job of await this.all()) {
      if (!isForgotten(job) || (await this.#lastEnd(job.name!)) >= endedBefore) continue;
      await this.#delete(job.name!);
      removed.push(lastSegment(job.name!));
    }
    return removed;
  }

  /** Every Job of this deployment. */
  async all(): Promise<Job[]> {
    const client = await this.#clients.jobs();
    const found: Job[] = [];
    const parent = locationPath(this.#config);
    const list = (pageToken: string) => client.listJobs({ parent, pageSize: 500, pageToken }, onePage);
    for await (const job of allPages<Job>(list)) {
      if (job.labels?.[marks.deployment] === this.#config.deployment) found.push(job);
    }
    return found;
  }

  async #bringUpToDate(jobId: string, wanted: Job): Promise<void> {
    const client = await this.#clients.jobs();
    const name = jobPath(this.#config, jobId);
    const [current] = await client.getJob({ name });
    const isSame = current.annotations?.[marks.spec] === wanted.annotations?.[marks.spec];
    if (isSame && !isForgotten(current)) return;
    const [operation] = await client.updateJob({ job: { ...wanted, name } });
    await operation.promise();
  }

  async #forgetOne(jobId: string): Promise<void> {
    const client = await this.#clients.jobs();
    const name = jobPath(this.#config, jobId);
    try {
      const [current] = await client.getJob({ name });
      if (isForgotten(current)) return;
      if ((await this.#lastEnd(name)) === 0) return await this.#delete(name);
      const labels = { ...current.labels, [marks.forgotten]: 'true' };
      const { annotations = null, template = null } = current;
      const [operation] = await client.updateJob({ job: { name, labels, annotations, template } });
      await operation.promise();
    } catch (error) {
      if (codeOf(error) !== notFound) throw error;
    }
  }

  async #delete(name: string): Promise<void> {
    const client = await this.#clients.jobs();
    try {
      const [operation] = await client.deleteJob({ name });
      await operation.promise();
    } catch (error) {
      if (codeOf(error) !== notFound) throw error;
    }
  }

  /** When the last execution of a Job ended: infinity while one is running, 0 when there has been none. */
  async #lastEnd(job: string): Promise<number> {
    const client = await this.#clients.executions();
    let last = 0;
    const list = (pageToken: string) => client.listExecutions({ parent: job, pageSize: 100, pageToken }, onePage);
    for await (const { completionTime } of allPages<Execution>(list)) {
      if (!completionTime) return Number.POSITIVE_INFINITY;
      last = Math.max(last, Number(completionTime.seconds ?? 0) * 1000);
    }
    return last;
  }
}

const isForgotten = ({ labels }: Job): boolean => labels?.[marks.forgotten] === 'true';

function templateOf({ annotations }: Job): TaskTemplate | undefined {
  try {
    return JSON.parse(annotations?.[marks.template] ?? '') as TaskTemplate;
  } catch {
    return undefined;
  }
}
