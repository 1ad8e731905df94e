import { isRunvoyError } from '@runvoy/core/provider';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { Ui } from './ui.ts';

/** Says what failed, which input is wrong and what to do, and returns the exit code. */
export function reportError(error: unknown, ui: Ui, debug: boolean): number {
  const exitCode = errorExitCode(error);
  const known = isRunvoyError(error) ? error : undefined;
  const { status, requestId } = known ?? {};
  const message = known?.message ?? (error instanceof Error ? error.message : String(error));
  if (ui.json) {
    const body = {
      error: message,
      code: known?.code ?? 'INTERNAL_ERROR',
      ...(status === undefined ? {} : { status }),
      ...(known?.field === undefined ? {} : { field: known.field }),
      ...(known?.remedy === undefined ? {} : { remedy: known.remedy }),
      ...(requestId === undefined ? {} : { request_id: requestId }),
      exit_code: exitCode,
    };
    process.stderr.write(`${JSON.stringify(body)}\n`);
  } else {
    ui.fail(status === undefined ? message : `[${status}] ${message}`);
    const detail = (text: string) => process.stderr.write(`  ${text}\n`);
    if (known?.field && !message.includes(known.field)) detail(`Field: ${known.field}`);
    if (known?.remedy) detail(`→ ${known.remedy}`);
    if (!known)
      detail('→ This is a defect of runvoy. Please report it, with the output of the same command with --debug.');
    if (requestId) detail(ui.colors.dim(`Request ID: ${requestId}`));
  }
  if (debug && error instanceof Error) process.stderr.write(`${renderStack(error)}\n`);
  return exitCode;
}

function errorExitCode(error: unknown): number {
  if (!isRunvoyError(error)) return exitCodes.failed;
  // Without an answer, it is the way to the server that failed.
  const { code, status } = error;
  if (code === 'SERVICE_UNAVAILABLE' && (status === undefined || status === 502 || status === 504))
    return exitCodes.unreachable;
  // Settings of this machine are the caller's; those of a server are not.
  if (code === 'CONFIGURATION_INVALID' && status === undefined) return exitCodes.invalid;
  return exitCodeOf(code);
}

function renderStack(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${renderStack(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
