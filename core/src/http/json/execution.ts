import type { Execution, ExecutionStatusResponse } from '../../api/index.ts';
import type { ExecutionDocument } from '../../contract/collections.ts';
import { toRfc3339 } from './time.ts';

export function executionToJson(execution: ExecutionDocument): Execution {
  return {
    execution_id: execution.execution_id,
    created_by: execution.created_by,
    owned_by: [...execution.owned_by],
    command: execution.command,
    ...(execution.argv && { argv: [...execution.argv] }),
    image_id: execution.image_id,
    started_at: toRfc3339(execution.started_at),
    ...(execution.completed_at !== undefined && { completed_at: toRfc3339(execution.completed_at) }),
    status: execution.status,
    exit_code: execution.exit_code ?? 0,
    ...(execution.duration_seconds !== undefined && { duration_seconds: execution.duration_seconds }),
    ...(execution.log_stream_name && { log_stream_name: execution.log_stream_name }),
    cloud: execution.compute_platform,
    ...(execution.timeout_seconds !== undefined && { timeout_seconds: execution.timeout_seconds }),
    ...(execution.secret_names?.length && { secrets: [...execution.secret_names] }),
    ...(execution.git_repo && { git_repo: execution.git_repo }),
    ...(execution.git_ref && { git_ref: execution.git_ref }),
    ...(execution.git_path && { git_path: execution.git_path }),
    ...(execution.stopped_by && { stopped_by: execution.stopped_by }),
    ...ending(execution),
    created_by_request_id: execution.created_by_request_id ?? '',
    modified_by_request_id: execution.modified_by_request_id ?? execution.created_by_request_id ?? '',
  };
}

export function statusToJson(execution: ExecutionDocument, phaseDetail?: string): ExecutionStatusResponse {
  const completed = execution.completed_at !== undefined;
  return {
    execution_id: execution.execution_id,
    status: execution.status,
    command: execution.command,
    image_id: execution.image_id,
    started_at: toRfc3339(execution.started_at),
    exit_code: completed ? (execution.exit_code ?? 0) : null,
    ...(completed && { completed_at: toRfc3339(execution.completed_at!) }),
    ...(execution.timeout_seconds !== undefined && { timeout_seconds: execution.timeout_seconds }),
    ...(phaseDetail && { phase_detail: phaseDetail }),
    ...ending(execution),
  };
}

function ending(execution: ExecutionDocument) {
  return {
    ...(execution.reason && { reason: execution.reason }),
    ...(execution.reason_detail && { reason_detail: execution.reason_detail }),
    ...(execution.logs_complete !== undefined && { logs_complete: execution.logs_complete }),
  };
}
