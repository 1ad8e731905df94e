import type { RunRequest } from '../../api/index.ts';
import { runRequest, runResponse } from '../../api/schemas.ts';
import { isRunvoyError, RunvoyError } from '../../contract/errors.ts';
import type { RunInput } from '../../services.ts';
import type { Call } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';
import { streamUrl } from '../stream-url.ts';

const failure = 'failed to run command';

export const runRoutes: Route[] = [
  defineRoute({
    operation: 'run',
    tag: 'Executions',
    summary: 'Run a command in a container',
    method: 'POST',
    path: '/run',
    access: {},
    headers: {
      'Idempotency-Key':
        '1 to 255 visible ASCII characters. The same key with the same body answers with the execution that the first request started; with another body it is a conflict.',
    },
    body: runRequest,
    responses: { 202: { description: 'Accepted', schema: runResponse } },
    errors: ['NOT_FOUND', 'SECRET_NOT_FOUND', 'CONFLICT', 'UNSUPPORTED', 'CAPACITY_EXCEEDED', 'STORAGE_FULL'],
    failure,
    async handle(call) {
      const { runvoy, context } = call;
      const input = runInput(call);
      const execution = await runvoy.executions.run(input, context).catch((error: unknown) => {
        call.phrase = phraseOf(error);
        throw error;
      });
      const url = await streamUrl(call, execution);
      return {
        status: 202,
        json: {
          execution_id: execution.execution_id,
          log_url: '',
          status: execution.status,
          command: execution.command,
          image_id: execution.image_id,
          ...(url !== undefined && { websocket_url: url }),
        },
      };
    },
  }),
];

/** Upstream words the steps of a run differently. */
function phraseOf(error: unknown): string {
  if (isRunvoyError(error, 'FORBIDDEN')) return 'forbidden';
  if (isRunvoyError(error) && error.field === 'image') return 'failed to resolve image';
  return failure;
}

function runInput(call: Call<RunRequest>): RunInput {
  const { body } = call;
  const idempotencyKey = idempotencyKeyOf(call);
  return {
    command: commandOf(body),
    ...(body.image && { image: body.image }),
    env: body.env ?? {},
    ...(body.timeout !== undefined && { timeoutSeconds: body.timeout }),
    secrets: body.secrets ?? [],
    ...(body.git_repo && {
      git: {
        repo: body.git_repo,
        ...(body.git_ref && { ref: body.git_ref }),
        ...(body.git_path && { path: body.git_path }),
      },
    }),
    ...(body.stdin !== undefined && { stdin: bytesOfBase64(body.stdin) }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

function commandOf({ command, argv }: RunRequest): RunInput['command'] {
  if (argv && command !== undefined) {
    throw new RunvoyError('INVALID_REQUEST', 'command and argv are both given', {
      field: 'argv',
      remedy: 'Give one of them: command for the shell, argv for exact arguments.',
    });
  }
  if (argv) return { argv };
  if (command !== undefined) return { shell: command };
  throw new RunvoyError('INVALID_REQUEST', 'command is required', {
    field: 'command',
    remedy: 'Give the command as text, or as words in argv.',
  });
}

function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function idempotencyKeyOf({ request }: Call): string | undefined {
  const key = request.headers.get('idempotency-key');
  if (key === null || /^[\x21-\x7e]{1,255}$/.test(key)) return key ?? undefined;
  throw new RunvoyError('INVALID_REQUEST', 'the Idempotency-Key is not 1 to 255 visible ASCII characters', {
    field: 'Idempotency-Key',
    remedy: 'Use a UUID, for example.',
  });
}
