import { type ErrorCode, RunvoyError } from '@runvoy/core/provider';

/** RunTask may answer without a task, and with a reason in words. */
export function startError(reason: string): RunvoyError {
  const code: ErrorCode = /capacity|RESOURCE:|limit/i.test(reason) ? 'CAPACITY_EXCEEDED' : 'SERVICE_UNAVAILABLE';
  return new RunvoyError(code, `ECS started no task: ${reason}`, {
    remedy:
      code === 'CAPACITY_EXCEEDED'
        ? 'Try again later, ask for a smaller size, or have the quota for Fargate raised.'
        : 'Try again in a moment.',
  });
}
