import type { LiveTask } from '../contract/tasks.ts';
import { activeExecutions } from '../executions/active-executions.ts';
import { isFinal } from '../executions/is-final.ts';
import type { Check } from './health.ts';
import { examine } from './report.ts';

/** Beyond its timeout, for an execution to be called stuck. */
const patienceMilliseconds = 3_600_000;

/** Every execution that should have ended has, and every task that lives belongs to an execution that has not ended. */
export const checkExecutions: Check = async (report, { provider, executions, now }, call) => {
  const { store, tasks } = provider;
  const status = report.executions_status;
  const { checked, changed } = await executions.refreshActive(call.requestId ?? '');
  status.total_active = checked;
  for (const id of changed) repaired('execution', id, 'its record was behind the cloud');

  const live = await tasks.list(call);
  const describe = (task: LiveTask) => ({ type: 'task', id: task.executionId });
  await examine(report, live, describe, async (task) => {
    // By key, because an index may not show yet what was written a moment ago.
    const execution = await store.get('executions', task.executionId, call);
    if (!execution) await stopOrphan(task, 'it runs without a record');
    else if (isFinal(execution.status)) await stopOrphan(task, `it runs although its record says ${execution.status}`);
  });

  for (const execution of await activeExecutions(store, call)) {
    const { execution_id: id, running_at, started_at, timeout_seconds = 0 } = execution;
    if (now() < (running_at ?? started_at) + timeout_seconds * 1000 + patienceMilliseconds) continue;
    status.stuck.push(id);
    report.issues.push({
      resource_type: 'execution',
      resource_id: id,
      severity: 'error',
      message: `it is ${execution.status} long after its timeout, and stopping it did not help`,
      action: 'requires_manual_intervention',
    });
  }

  async function stopOrphan(task: LiveTask, message: string): Promise<void> {
    // It may have ended since it was listed.
    const { phase } = await tasks.inspect(task, call);
    if (phase === 'absent' || phase === 'ended') return;
    await tasks.stop(task, call);
    status.orphaned_tasks.push(task.executionId);
    repaired('task', task.executionId, `${message}; stopped`);
  }

  function repaired(type: string, id: string, message: string): void {
    status.repaired_count++;
    report.reconciled_count++;
    report.issues.push({
      resource_type: type,
      resource_id: id,
      severity: 'warning',
      message,
      action: 'repaired',
    });
  }
};
