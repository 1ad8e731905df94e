import type { api } from '@runvoy/core';
import { RunvoyError } from '@runvoy/core/provider';
import type { Connection } from '../connection/connect.ts';
import type { Context } from '../context.ts';
import { type Interrupts, watchInterrupts } from '../stream/interrupts.ts';
import { watchExecution } from '../stream/watch-execution.ts';
import type { RunOptions } from './run-options.ts';
import { readStandardInput } from './standard-input.ts';
import { viewerLink } from './viewer-link.ts';

/** Starts a command, shows its output and returns its exit code; with --detach it only says which execution it is. */
export async function submitRun(context: Context, request: api.RunRequest, options: RunOptions): Promise<number> {
  const { ui } = context;
  const connection = await context.connect({ runsCommand: true });
  const stdin = await readStandardInput(options.stdin, ui);
  describeRequest(context, request);
  const interrupts = watchInterrupts();
  try {
    const accepted = await accept(
      connection,
      stdin ? { ...request, stdin: stdin.toString('base64') } : request,
      options,
      interrupts,
    );
    if (options.detach) {
      ui.result(accepted, () => ui.line(accepted.execution_id));
      return 0;
    }
    announce(context, connection, accepted);
    return await watchExecution({ client: connection.client, executionId: accepted.execution_id, ui, interrupts });
  } finally {
    interrupts.dispose();
  }
}

/** The first Ctrl-C waits for the answer, so that there is an id to come back with; the second does not. */
async function accept(connection: Connection, request: api.RunRequest, options: RunOptions, interrupts: Interrupts) {
  try {
    return await connection.client.run(request, {
      signal: interrupts.second,
      ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    });
  } catch (error) {
    if (!interrupts.second.aborted) throw error;
    throw new RunvoyError('CANCELLED', 'interrupted before the server answered', {
      remedy: 'It may have started: see runvoy list.',
      cause: error,
    });
  }
}

function describeRequest({ ui, env }: Context, request: api.RunRequest): void {
  if (!ui.attended) return;
  ui.note(`Running: ${request.command ?? request.argv?.map((word) => JSON.stringify(word)).join(' ')}`);
  if (request.git_repo) {
    const details = [
      request.git_ref && `ref ${request.git_ref}`,
      request.git_path && `folder ${request.git_path}`,
    ].filter(Boolean);
    ui.note(`Git repository: ${request.git_repo}${details.length > 0 ? ` (${details.join(', ')})` : ''}`);
  }
  const injected = Object.keys(request.env ?? {}).filter((name) => env[`RUNVOY_USER_${name}`] !== undefined);
  if (injected.length > 0) ui.note(`Injecting user environment variables: ${injected.sort().join(', ')}`);
}

function announce({ ui }: Context, { settings }: Connection, accepted: api.RunResponse): void {
  if (ui.json) {
    const { websocket_url: _, ...shown } = accepted;
    ui.line(JSON.stringify({ type: 'accepted', ...shown }));
    return;
  }
  ui.tell(`Execution ID: ${accepted.execution_id}`);
  const link = settings.webUrl ? viewerLink(settings.webUrl, accepted.execution_id) : accepted.log_url;
  if (link) ui.note(`Web viewer: ${link}`);
}
