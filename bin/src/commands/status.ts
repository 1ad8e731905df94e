import type { Context } from '../context.ts';
import { formatDuration } from '../values/duration.ts';
import { formatTime } from '../values/time.ts';

export default async function status({ ui, connect }: Context, executionId: string): Promise<void> {
  const { client } = await connect();
  const execution = await client.executionStatus(executionId);
  ui.result(execution, () =>
    ui.fields({
      'Execution ID': execution.execution_id,
      Status: execution.status,
      'Waiting for': execution.phase_detail,
      Command: execution.command,
      'Image ID': execution.image_id,
      'Started At (UTC)': formatTime(execution.started_at),
      'Completed At (UTC)': formatTime(execution.completed_at),
      Timeout: execution.timeout_seconds === undefined ? undefined : formatDuration(execution.timeout_seconds * 1000),
      'Exit Code': execution.exit_code,
      Reason: execution.reason,
      Detail: execution.reason_detail,
      'Log complete': execution.logs_complete === false ? 'no' : undefined,
    }),
  );
}
