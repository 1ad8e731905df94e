import type { TaskSpec } from '@runvoy/core/provider';
import type { GcpConfig } from '../config/config.ts';
import type { Clients } from '../connect/clients.ts';
import { jobPath, lastSegment, withSidecar } from './names.ts';
import { needsSidecar, runOverrides } from './run-request.ts';

const notFound = 5;
/** RunJob answers within a second or two; what takes longer is looked for in the list of executions. */
const deadlineMilliseconds = 20_000;

/**
 * Starts an execution of a run's Job, once: this is the only call that must never be repeated by itself. Answers with the
 * execution's name, which RunJob tells at once. `make`: makes the Job when it turns out to be missing.
 */
export async function startJob(
  { config, clients }: { config: GcpConfig; clients: Clients },
  spec: TaskSpec,
  make: () => Promise<unknown>,
): Promise<string> {
  const overrides = runOverrides(config, spec);
  const job = needsSidecar(spec) ? withSidecar(spec.templateRef) : spec.templateRef;
  const client = await clients.jobs();
  const run = async () => {
    const request = { name: jobPath(config, job), overrides };
    const [operation] = await client.runJob(request, { timeout: deadlineMilliseconds, retry: null });
    // Not awaited: the operation ends when the execution does.
    return lastSegment((operation.metadata as { name?: string } | null)?.name ?? '');
  };
  try {
    return await run();
  } catch (error) {
    if ((error as { code?: number }).code !== notFound) throw error;
    await make();
    return run();
  }
}
