import type { protos } from '@google-cloud/run';
import {
  aborted,
  alreadyExists,
  invalidArgument,
  notFound,
  permissionDenied,
  resourceExhausted,
  unimplemented,
} from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { timestamp } from '../cloud/time.ts';
import { accountName } from '../iam/accounts.ts';
import { pageOf } from '../wire/page.ts';
import type { Method, Need, Service } from '../wire/service.ts';
import { beginExecution } from './begin-execution.ts';
import { checkJob } from './check-job.ts';
import { condition } from './conditions.ts';
import { checkJobId, lastSegment, locationOf } from './names.ts';
import type { Job, Operation } from './types.ts';

/** Per project and region. */
const mostJobs = 1000;

const createJob: Method<protos.google.cloud.run.v2.ICreateJobRequest, Operation> = {
  permission: () => 'run.jobs.create',
  resource: ({ parent }) => parent ?? '',
  also: ({ job }, project) => actAs(job, project),
  handle({ parent, jobId, job: wanted, validateOnly }, { project, caller }) {
    const location = locationOf(parent);
    checkJobId(jobId ?? '');
    if (!wanted) throw invalidArgument('job is required.');
    if (wanted.name) throw invalidArgument('Violation in CreateJobRequest.job.name: should be empty.');
    if (wanted.startExecutionToken || wanted.runExecutionToken)
      throw unimplemented('The simulator does not create executions together with their job.');
    checkJob(wanted);
    const name = `projects/${project.id}/locations/${location}/jobs/${jobId}`;
    if (project.run.jobs.has(name)) throw alreadyExists(`Resource '${jobId}' already exists.`);
    if ([...project.run.jobs.keys()].filter((other) => locationOf(other) === location).length >= mostJobs)
      throw resourceExhausted(`Quota exceeded: a project can have at most ${mostJobs} jobs in a region.`);
    const job = stored(project, { ...wanted, name }, caller, undefined);
    if (!validateOnly) project.run.jobs.set(name, job);
    return changed(project, job);
  },
};

const updateJob: Method<protos.google.cloud.run.v2.IUpdateJobRequest, Operation> = {
  permission: () => 'run.jobs.update',
  resource: ({ job }) => job?.name ?? '',
  also: ({ job }, project) => actAs(job, project),
  handle({ job: wanted, validateOnly, allowMissing }, { project, caller }) {
    if (!wanted) throw invalidArgument('job is required.');
    const existing = project.run.jobs.get(wanted.name ?? '');
    if (!existing && !allowMissing) throw missing(wanted.name);
    checkJobId(lastSegment(wanted.name!));
    checkJob(wanted);
    checkEtag(existing, wanted.etag);
    const job = stored(project, wanted, caller, existing);
    if (validateOnly) return changed(project, job);
    // The object stays the same one, because operations and answers show it as it is.
    const kept = existing ? Object.assign(existing, job) : job;
    project.run.jobs.set(wanted.name!, kept);
    return changed(project, kept);
  },
};

const getJob: Method<protos.google.cloud.run.v2.IGetJobRequest, Job> = {
  permission: () => 'run.jobs.get',
  resource: ({ name }) => name ?? '',
  handle: ({ name }, { project }) => find(project, name),
};

const listJobs: Method<protos.google.cloud.run.v2.IListJobsRequest, protos.google.cloud.run.v2.IListJobsResponse> = {
  permission: () => 'run.jobs.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const location = locationOf(request.parent);
    const jobs = [...project.run.jobs.values()].filter(({ name }) => location === '-' || locationOf(name) === location);
    const { items, nextPageToken } = pageOf(jobs.reverse(), request);
    return { jobs: items, nextPageToken };
  },
};

const deleteJob: Method<protos.google.cloud.run.v2.IDeleteJobRequest, Operation> = {
  permission: () => 'run.jobs.delete',
  resource: ({ name }) => name ?? '',
  handle({ name, etag, validateOnly }, { project }) {
    const job = find(project, name);
    checkEtag(job, etag);
    if (validateOnly) return changed(project, job);
    const { run } = project;
    // Its executions go with it, and with them their exit codes.
    for (const execution of run.executionsOf(job.name!)) {
      execution.discard();
      run.executions.delete(execution.proto.name!);
    }
    run.jobs.delete(job.name!);
    job.deleteTime = timestamp(project.cloud.clock.now());
    return changed(project, job);
  },
};

const runJob: Method<protos.google.cloud.run.v2.IRunJobRequest, Operation> = {
  permission: ({ overrides }) => (overrides ? ['run.jobs.run', 'run.jobs.runWithOverrides'] : 'run.jobs.run'),
  resource: ({ name }) => name ?? '',
  handle({ name, etag, overrides, validateOnly }, { project, caller }) {
    const job = find(project, name);
    checkEtag(job, etag);
    return beginExecution(project, job, { overrides, validateOnly: validateOnly ?? false, creator: caller });
  },
};

/** `google.cloud.run.v2.Jobs`. */
export const jobsService: Service = {
  package: 'run',
  name: 'google.cloud.run.v2.Jobs',
  methods: {
    CreateJob: createJob,
    UpdateJob: updateJob,
    GetJob: getJob,
    ListJobs: listJobs,
    DeleteJob: deleteJob,
    RunJob: runJob,
  },
};

/** Whoever makes a job that runs as an account must be allowed to act as it; and it must be there. */
function actAs(job: Job | null | undefined, project: Project): Need[] {
  const account = job?.template?.template?.serviceAccount || project.accounts.list()[0]!.email;
  const found = project.accounts.find(account);
  if (!found || found.disabled)
    throw permissionDenied(
      `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
    );
  return [{ permission: 'iam.serviceAccounts.actAs', resource: accountName(account) }];
}

function find(project: Project, name: string | null | undefined): Job {
  const job = project.run.jobs.get(name ?? '');
  if (!job) throw missing(name);
  return job;
}

const missing = (name: string | null | undefined) =>
  notFound(`Resource '${lastSegment(name ?? '')}' of kind 'JOB' does not exist.`);

function checkEtag(job: Job | undefined, given: string | null | undefined): void {
  if (job && given && given !== job.etag)
    throw aborted(
      `Conflict for resource '${lastSegment(job.name!)}': version '${given}' was specified but current version is '${job.etag}'.`,
    );
}

/** With what the service itself fills in. */
function stored(project: Project, wanted: Job, caller: string, before: Job | undefined): Job {
  const { clock, random } = project.cloud;
  const now = clock.now();
  const generation = String(Number(before?.generation ?? 0) + 1);
  const ready = condition('ContainerReady', 'CONDITION_SUCCEEDED', now);
  const template = structuredClone(wanted.template!);
  template.taskCount ||= 1;
  const task = template.template!;
  task.timeout ??= { seconds: '600', nanos: 0 };
  task.maxRetries ??= 3;
  task.serviceAccount ||= `${project.number}-compute@developer.gserviceaccount.com`;
  task.executionEnvironment = 'EXECUTION_ENVIRONMENT_GEN2';
  for (const container of task.containers!) {
    const limits = { cpu: '1000m', memory: '512Mi', ...container.resources?.limits };
    container.resources = { ...container.resources, limits };
  }
  return {
    ...structuredClone(wanted),
    template,
    uid: before?.uid ?? random.uuid(),
    generation,
    observedGeneration: generation,
    createTime: before?.createTime ?? timestamp(now),
    updateTime: timestamp(now),
    creator: before?.creator ?? caller,
    lastModifier: caller,
    launchStage: 'GA',
    terminalCondition: { ...ready, type: 'Ready' },
    conditions: [ready],
    executionCount: before?.executionCount ?? 0,
    latestCreatedExecution: before?.latestCreatedExecution ?? null,
    reconciling: false,
    etag: `"${random.hex(16)}"`,
  };
}

/** The operation of a change, which is over as late as the knob says. */
function changed(project: Project, job: Job): Operation {
  const { cloud, run } = project;
  const parent = /^projects\/[^/]+\/locations\/[^/]+/.exec(job.name!)![0];
  const { name, settle } = run.operations.begin(parent, { type: 'Job', value: job });
  cloud.timers.after(cloud.random.within(cloud.knobs.jobReadyMs), () => settle());
  return run.operations.show(name);
}
