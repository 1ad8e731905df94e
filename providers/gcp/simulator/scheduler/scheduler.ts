import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { protos } from '@google-cloud/scheduler';
import type { Cloud } from '../cloud/cloud.ts';
import { milliseconds, timestamp } from '../cloud/time.ts';
import type { Tokens } from '../iam/tokens.ts';
import type { PubSub } from '../push/pubsub.ts';
import { type Cron, parseCron } from './cron.ts';

type Job = protos.google.cloud.scheduler.v1.IJob;

const defaultDeadlineMs = 180_000;
const defaultBackoffMs = 5000;

export interface SchedulerParts {
  cloud: Cloud;
  tokens: Tokens;
  pubsub: PubSub;
}

/** Cloud Scheduler of one project. Once a minute it looks what is due. */
export class Scheduler {
  /** By full name. */
  readonly jobs = new Map<string, Job>();
  readonly #parts: SchedulerParts;
  readonly #schedules = new Map<string, Cron>();
  /** There are never two attempts of one job at a time. */
  readonly #firing = new Map<string, Promise<number>>();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Throws INVALID_ARGUMENT, and then changes nothing. */
  put(job: Job): void {
    this.#schedules.set(job.name!, parseCron(job.schedule ?? '', job.timeZone ?? ''));
    this.jobs.set(job.name!, job);
  }

  remove(name: string): void {
    this.jobs.delete(name);
    this.#schedules.delete(name);
  }

  /** Fires what has this minute in its schedule. */
  tick(minute: Date): void {
    for (const [name, job] of this.jobs)
      if (job.state === 'ENABLED' && this.#schedules.get(name)!(minute)) void this.fire(name);
  }

  /** Calls the target now, again as its retry settings say. Resolves with the last status: 0 when there was no answer. */
  fire(name: string): Promise<number> {
    let firing = this.#firing.get(name);
    if (!firing) {
      firing = this.#attempts(this.jobs.get(name)!).finally(() => this.#firing.delete(name));
      this.#firing.set(name, firing);
    }
    return firing;
  }

  async #attempts(job: Job): Promise<number> {
    const { cloud } = this.#parts;
    const scheduled = timestamp(cloud.clock.now());
    let backoff = job.retryConfig?.minBackoffDuration
      ? milliseconds(job.retryConfig.minBackoffDuration)
      : defaultBackoffMs;
    for (let attempt = 0; ; attempt++) {
      const status = await this.#attempt(job, attempt);
      const ok = status >= 200 && status < 300;
      job.lastAttemptTime = timestamp(cloud.clock.now());
      job.scheduleTime = scheduled;
      job.status = ok ? { code: 0 } : { code: status === 0 ? 4 : 13, message: `The target answered ${status}.` };
      if (ok || attempt >= (job.retryConfig?.retryCount ?? 0)) return status;
      const { promise, resolve } = Promise.withResolvers<void>();
      cloud.timers.after(backoff, resolve);
      await promise;
      backoff *= 2;
    }
  }

  async #attempt(job: Job, attempt: number): Promise<number> {
    const { httpTarget, pubsubTarget } = job;
    if (pubsubTarget) {
      const data = Buffer.from((pubsubTarget.data as Uint8Array | undefined) ?? []);
      this.#parts.pubsub.publish(pubsubTarget.topicName!, { data, attributes: pubsubTarget.attributes ?? {} });
      return 200;
    }
    const { uri, httpMethod, headers, body, oidcToken } = httpTarget!;
    const account = oidcToken?.serviceAccountEmail;
    const token = account && this.#parts.tokens.identityToken(account, oidcToken.audience || uri!);
    const content = Buffer.from((body as Uint8Array | undefined) ?? []);
    return send(uri!, {
      method: String(httpMethod),
      timeout: job.attemptDeadline ? milliseconds(job.attemptDeadline) : defaultDeadlineMs,
      headers: {
        'content-type': 'application/octet-stream',
        'user-agent': 'Google-Cloud-Scheduler',
        'x-cloudscheduler': 'true',
        'x-cloudscheduler-jobname': job.name!.slice(job.name!.lastIndexOf('/') + 1),
        'x-cloudscheduler-scheduletime': new Date().toISOString(),
        ...(attempt > 0 && { 'x-cloudscheduler-retrycount': String(attempt) }),
        ...headers,
        ...(token && { authorization: `Bearer ${token}` }),
        'content-length': String(content.length),
      },
      content,
    });
  }
}

interface Sending {
  method: string;
  timeout: number;
  headers: Record<string, string>;
  content: Buffer;
}

function send(uri: string, { content, ...options }: Sending): Promise<number> {
  return new Promise((resolve) => {
    const request = (uri.startsWith('https:') ? httpsRequest : httpRequest)(uri, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
    request.end(content);
  });
}
