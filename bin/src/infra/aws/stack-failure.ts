import { type ErrorCode, RunvoyError } from '@runvoy/core/provider';
import { permissionIn } from './aws-failure.ts';
import type { StackEvent } from './cloudformation.ts';

interface Cause {
  pattern: RegExp;
  code: ErrorCode;
  remedy: (event: StackEvent) => string;
}

/** Failures that people meet, by what CloudFormation says of the resource that failed first. */
const causes: readonly Cause[] = [
  {
    pattern: /NoSuchKey|NoSuchBucket|S3 Error|does not exist.*bucket|Error occurred while GetObject/i,
    code: 'INVALID_REQUEST',
    remedy: () =>
      "Put the functions' code where the parameters say: s3://<LambdaCodeBucket>/<ReleaseVersion>/runvoy-orchestrator.zip and runvoy-event-processor.zip, in the region of the stack.",
  },
  {
    pattern: /already exists/i,
    code: 'CONFLICT',
    remedy: ({ resource }) =>
      `Something else in the account has the name of ${resource}. Choose another with --parameter ProjectName=…, or remove it; see the README of the template about stacks of upstream.`,
  },
  {
    pattern: /AccessDenied|not authorized to perform|UnauthorizedOperation/i,
    code: 'FORBIDDEN',
    remedy: ({ reason = '' }) =>
      `Use a role that may do this${permissionIn(reason)}, or have it granted, and apply again.`,
  },
  {
    pattern: /limit ?exceeded|maximum number|quota|too many/i,
    code: 'CAPACITY_EXCEEDED',
    remedy: () => 'Ask for more in the Service Quotas console, or remove what is not needed, and apply again.',
  },
];

/**
 * Why an operation failed: the first resource that failed by itself, and not because another did. `events` are those of the
 * operation, newest first.
 */
export function stackFailure(title: string, status: string, events: readonly StackEvent[]): RunvoyError {
  const failed = events.filter(
    ({ status: each, reason = '' }) => each.endsWith('_FAILED') && !/cancelled|canceled/i.test(reason),
  );
  const event = failed.findLast(({ type }) => type !== 'AWS::CloudFormation::Stack') ?? failed.at(-1);
  const rolledBack = /ROLLBACK_COMPLETE$/.test(status) ? ' Everything was put back as it was.' : '';
  if (event === undefined)
    return new RunvoyError(
      'SERVICE_UNAVAILABLE',
      `${title} ended as ${status}, for no reason that AWS tells.${rolledBack}`,
      {
        remedy: 'Look at the events of the stack in the console, and apply again.',
      },
    );
  const { reason = 'no reason was given' } = event;
  const cause = causes.find(({ pattern }) => pattern.test(reason));
  return new RunvoyError(
    cause?.code ?? 'SERVICE_UNAVAILABLE',
    `${title}: ${event.resource} (${event.type}) failed: ${reason}.${rolledBack}`.replace('..', '.'),
    { remedy: cause?.remedy(event) ?? 'Correct the cause, and apply again.' },
  );
}
