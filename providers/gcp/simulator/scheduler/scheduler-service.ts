import type { protos } from '@google-cloud/scheduler';
import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { milliseconds, timestamp } from '../cloud/time.ts';
import { accountName } from '../iam/accounts.ts';
import { pageOf } from '../wire/page.ts';
import type { Method, Need, Service } from '../wire/service.ts';

type Job = protos.google.cloud.scheduler.v1.IJob;

const namePattern = /^projects\/([^/]+)\/locations\/([^/]+)\/jobs\/([a-zA-Z0-9_-]{1,500})$/;
const mostJobs = 1000;
const largestJob = 2 ** 20;
const shortestDeadlineMs = 15_000;
const longestDeadlineMs = 30 * 60_000;
const mostRetries = 5;

const createJob: Method<protos.google.cloud.scheduler.v1.ICreateJobRequest, Job> = {
  permission: () => 'cloudscheduler.jobs.create',
  resource: ({ job }) => job?.name ?? '',
  also: ({ job }) => actAs(job),
  handle({ parent, job }, { project }) {
    if (!job?.name?.startsWith(`${parent}/jobs/`))
      throw invalidArgument('Job name must be in the parent: projects/*/locations/*/jobs/*.');
    const { scheduler } = project;
    if (scheduler.jobs.has(job.name)) throw alreadyExists(`Job [${job.name}] already exists.`);
    if (scheduler.jobs.size >= mostJobs)
      throw failedPrecondition(`A project can have at most ${mostJobs} jobs in a region.`);
    return store(project, { ...job, state: 'ENABLED' });
  },
};

const updateJob: Method<protos.google.cloud.scheduler.v1.IUpdateJobRequest, Job> = {
  permission: () => 'cloudscheduler.jobs.update',
  resource: ({ job }) => job?.name ?? '',
  also: ({ job }) => actAs(job),
  handle({ job, updateMask }, { project }) {
    const existing = find(project, job?.name);
    const given = job as Record<string, unknown>;
    const paths = updateMask?.paths ?? [];
    const changed =
      paths.length === 0
        ? { ...job, state: existing.state! }
        : Object.fromEntries(paths.map((path) => topLevel(path)).map((key) => [key, given[key]]));
    return store(project, { ...existing, ...changed });
  },
};

const getJob: Method<protos.google.cloud.scheduler.v1.IGetJobRequest, Job> = {
  permission: () => 'cloudscheduler.jobs.get',
  resource: ({ name }) => name ?? '',
  handle: ({ name }, { project }) => find(project, name),
};

const listJobs: Method<
  protos.google.cloud.scheduler.v1.IListJobsRequest,
  protos.google.cloud.scheduler.v1.IListJobsResponse
> = {
  permission: () => 'cloudscheduler.jobs.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const jobs = [...project.scheduler.jobs.values()].filter(({ name }) => name!.startsWith(`${request.parent}/`));
    const { items, nextPageToken } = pageOf(jobs, request, 500);
    return { jobs: items, nextPageToken };
  },
};

const deleteJob: Method<protos.google.cloud.scheduler.v1.IDeleteJobRequest, object> = {
  permission: () => 'cloudscheduler.jobs.delete',
  resource: ({ name }) => name ?? '',
  handle({ name }, { project }) {
    project.scheduler.remove(find(project, name).name!);
    return {};
  },
};

const changeState = (verb: 'pause' | 'resume', from: Job['state'], to: Job['state']) => {
  const method: Method<protos.google.cloud.scheduler.v1.IPauseJobRequest, Job> = {
    permission: () => `cloudscheduler.jobs.${verb === 'pause' ? 'pause' : 'enable'}`,
    resource: ({ name }) => name ?? '',
    handle({ name }, { project }) {
      const job = find(project, name);
      if (job.state !== from)
        throw failedPrecondition(`Job [${name}] is in state ${job.state}: it cannot be ${verb}d.`);
      job.state = to!;
      return job;
    },
  };
  return method;
};

/** Returns at once: what comes of it is in the job's status. */
const runJob: Method<protos.google.cloud.scheduler.v1.IRunJobRequest, Job> = {
  permission: () => 'cloudscheduler.jobs.run',
  resource: ({ name }) => name ?? '',
  handle({ name }, { project }) {
    const job = find(project, name);
    void project.scheduler.fire(job.name!);
    return job;
  },
};

/** `google.cloud.scheduler.v1.CloudScheduler`. */
export const schedulerService: Service = {
  package: 'scheduler',
  name: 'google.cloud.scheduler.v1.CloudScheduler',
  methods: {
    CreateJob: createJob,
    UpdateJob: updateJob,
    GetJob: getJob,
    ListJobs: listJobs,
    DeleteJob: deleteJob,
    PauseJob: changeState('pause', 'ENABLED', 'PAUSED'),
    ResumeJob: changeState('resume', 'PAUSED', 'ENABLED'),
    RunJob: runJob,
  },
};

function actAs(job: Job | null | undefined): Need[] {
  const account = job?.httpTarget?.oidcToken?.serviceAccountEmail;
  return account ? [{ permission: 'iam.serviceAccounts.actAs', resource: accountName(account) }] : [];
}

function find(project: Project, name: string | null | undefined): Job {
  const job = project.scheduler.jobs.get(name ?? '');
  if (!job) throw notFound('Job not found.');
  return job;
}

/** With everything checked, and what the service fills in. */
function store(project: Project, job: Job): Job {
  check(job);
  const account = job.httpTarget?.oidcToken?.serviceAccountEmail;
  if (account && !project.accounts.find(account)) throw notFound(`Service account ${account} does not exist.`);
  const stored: Job = {
    ...job,
    timeZone: job.timeZone || 'Etc/UTC',
    attemptDeadline: job.attemptDeadline ?? { seconds: '180', nanos: 0 },
    retryConfig: {
      maxRetryDuration: { seconds: '0' },
      minBackoffDuration: { seconds: '5' },
      maxBackoffDuration: { seconds: '3600' },
      maxDoublings: 5,
      ...job.retryConfig,
    },
    userUpdateTime: timestamp(project.cloud.clock.now()),
  };
  if (stored.httpTarget)
    stored.httpTarget = { ...stored.httpTarget, httpMethod: methodOf(stored.httpTarget.httpMethod) };
  project.scheduler.put(stored);
  return stored;
}

const methodOf = <T>(method: T): T | 'POST' =>
  !method || String(method) === 'HTTP_METHOD_UNSPECIFIED' ? 'POST' : method;

function check(job: Job): void {
  if (!namePattern.test(job.name ?? ''))
    throw invalidArgument('Job name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/jobs/<JOB_ID>".');
  const targets = [job.httpTarget, job.pubsubTarget, job.appEngineHttpTarget].filter(Boolean);
  if (targets.length !== 1 || job.appEngineHttpTarget)
    throw invalidArgument('Job must have exactly one target: an HTTP or a Pub/Sub one.');
  const { httpTarget, attemptDeadline, retryConfig } = job;
  if (httpTarget && !/^https?:\/\/./.test(httpTarget.uri ?? ''))
    throw invalidArgument(`HttpTarget.uri '${httpTarget.uri}' is invalid.`);
  const hasBody = ((httpTarget?.body as Uint8Array | undefined)?.length ?? 0) > 0;
  if (
    hasBody &&
    !['POST', 'PUT', 'PATCH', 'HTTP_METHOD_UNSPECIFIED', ''].includes(String(httpTarget!.httpMethod ?? ''))
  )
    throw invalidArgument('HTTP body is allowed only if the HTTP method is POST, PUT or PATCH.');
  if (attemptDeadline) {
    const deadline = milliseconds(attemptDeadline);
    if (deadline < shortestDeadlineMs || deadline > longestDeadlineMs)
      throw invalidArgument('Job.attempt_deadline must be between 15s and 1800s.');
  }
  if ((retryConfig?.retryCount ?? 0) > mostRetries)
    throw invalidArgument(`RetryConfig.retry_count must be at most ${mostRetries}.`);
  if (JSON.stringify(job).length > largestJob) throw invalidArgument('Job is larger than 1MB.');
}

/** The field of a path such as `http_target.uri`. */
const topLevel = (path: string): string =>
  path.split('.')[0]!.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
