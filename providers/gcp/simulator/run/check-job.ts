import { invalidArgument } from '../cloud/cloud-error.ts';
import { milliseconds } from '../cloud/time.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkResources } from './check-resources.ts';
import type { Container, Job, TaskTemplate } from './types.ts';

const mostContainers = 10;
const mostArguments = 1000;
const mostRetries = 10;
const mostTasks = 10_000;
const longestTimeoutMs = 7 * 24 * 3600 * 1000;
const mostLabels = 64;
const containerName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelKey = /^[a-z][a-z0-9_-]{0,62}$/;
const labelValue = /^[a-z0-9_-]{0,63}$/;
/** Google's own, which nobody may set. */
const reservedLabels = /^(run|cloud|serving|autoscaling)\.(googleapis|knative)\./;

/** Everything that CreateJob and UpdateJob refuse with INVALID_ARGUMENT. */
export function checkJob(job: Job): void {
  checkLabels('Job.labels', job.labels);
  checkLabels('Job.template.labels', job.template?.labels);
  const { taskCount } = job.template ?? {};
  if ((taskCount ?? 1) > mostTasks) throw invalidArgument(`Job.template.task_count must be at most ${mostTasks}.`);
  const template = job.template?.template;
  if (!template) throw invalidArgument('Job.template.template is required.');
  checkTemplate(template);
}

/** Also of an execution, once the overrides are applied. */
export function checkTemplate(template: TaskTemplate): void {
  const containers = template.containers ?? [];
  if (containers.length === 0)
    throw invalidArgument('Job.template.template.containers: must have at least one container.');
  if (containers.length > mostContainers)
    throw invalidArgument(`Job.template.template.containers: must have at most ${mostContainers} containers.`);
  checkTimes(template);
  const { connector } = template.vpcAccess ?? {};
  if (connector && !/^projects\/[^/]+\/locations\/[^/]+\/connectors\/[^/]+$/.test(connector))
    throw invalidArgument(
      `Job.template.template.vpc_access.connector: '${connector}' must be projects/*/locations/*/connectors/*.`,
    );
  const names = containers.map(({ name }) => name ?? '');
  if (containers.length > 1 && names.some((name) => name === ''))
    throw invalidArgument(
      'Job.template.template.containers: every container must have a name when there is more than one.',
    );
  if (new Set(names).size < names.length)
    throw invalidArgument('Job.template.template.containers: names of containers must be unique.');
  for (const container of containers) checkContainer(container, template);
}

function checkTimes({ maxRetries, timeout }: TaskTemplate): void {
  if ((maxRetries ?? 3) < 0 || (maxRetries ?? 3) > mostRetries)
    throw invalidArgument(`Job.template.template.max_retries must be between 0 and ${mostRetries}.`);
  if (!timeout) return;
  const limit = milliseconds(timeout);
  if (limit < 1000 || limit > longestTimeoutMs)
    throw invalidArgument(`Job.template.template.timeout must be between 1s and ${longestTimeoutMs / 1000}s.`);
}

function checkContainer(container: Container, template: TaskTemplate): void {
  const name = container.name ?? '';
  const at = `Job.template.template.containers[${name}]`;
  if (!container.image) throw invalidArgument(`${at}.image: should not be empty.`);
  checkImage(container.image);
  if (name !== '' && !containerName.test(name)) throw invalidArgument(`${at}.name: '${name}' is invalid.`);
  if ((container.args?.length ?? 0) > mostArguments)
    throw invalidArgument(`${at}.args: must have at most ${mostArguments} elements.`);
  checkEnvironment(at, container.env ?? []);
  checkResources(at, container.resources?.limits ?? {});
  const volumes = new Set((template.volumes ?? []).map((volume) => volume.name));
  const paths = new Set<string>();
  for (const { name: volume, mountPath } of container.volumeMounts ?? []) {
    if (!volumes.has(volume)) throw invalidArgument(`${at}.volume_mounts: there is no volume '${volume}'.`);
    if (!/^\/[^:]+$/.test(mountPath ?? ''))
      throw invalidArgument(`${at}.volume_mounts.mount_path: '${mountPath}' must be an absolute path.`);
    if (paths.has(mountPath!)) throw invalidArgument(`${at}.volume_mounts.mount_path: '${mountPath}' must be unique.`);
    paths.add(mountPath!);
  }
  for (const dependency of container.dependsOn ?? []) {
    const other = template.containers!.find((each) => each.name === dependency);
    if (!other) throw invalidArgument(`${at}.depends_on: there is no container '${dependency}'.`);
    if (!other.startupProbe)
      throw invalidArgument(`Dependent container '${dependency}' must have startup probe specified.`);
  }
}

/** Cloud Run pulls from few registries. */
function checkImage(image: string): void {
  const host = /^([^/]+\.[^/]*|[^/]+:\d+|localhost)\//.exec(image)?.[1];
  if (host === undefined || /^(docker\.io|([a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)$/.test(host)) return;
  throw invalidArgument(
    `Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ${image}. To deploy container images from other public or private registries, set up an Artifact Registry remote repository.`,
  );
}

export function checkLabels(field: string, labels: Record<string, string> | null | undefined): void {
  const entries = Object.entries(labels ?? {});
  if (entries.length > mostLabels) throw invalidArgument(`${field}: must have at most ${mostLabels} labels.`);
  for (const [key, value] of entries) {
    if (reservedLabels.test(key))
      throw invalidArgument(`${field}: '${key}' is in a namespace that is reserved for the system.`);
    if (!labelKey.test(key)) throw invalidArgument(`${field}: key '${key}' is invalid.`);
    if (!labelValue.test(value)) throw invalidArgument(`${field}: value '${value}' of '${key}' is invalid.`);
  }
}
