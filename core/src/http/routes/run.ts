import type { RunRequest } from '../../api/index.ts';
import { runRequest, runResponse } from '../../api/schemas.ts';
import type { ImageDocument } from '../../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../../contract/errors.ts';
import type { RunInput } from '../../services.ts';
import type { Call } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';
import { streamUrl } from '../stream-url.ts';
import { imageObject } from './images.ts';
import { secretObject } from './secrets.ts';

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
      const { runvoy, context, body } = call;
      const idempotencyKey = idempotencyKeyOf(call);
      const image = await resolveImage(call, body.image);
      await mayUse(call, image, body);
      call.phrase = failure;
      const execution = await runvoy.executions.run(runInput(body, image, idempotencyKey), context);
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

async function resolveImage(call: Call, reference: string | undefined): Promise<ImageDocument> {
  call.phrase = 'failed to resolve image';
  return call.runvoy.images.resolve(reference, call.context);
}

/** `use` of the image and of every secret, by role or by ownership. */
async function mayUse(call: Call, image: ImageDocument, body: RunRequest): Promise<void> {
  const { access, secrets } = call.runvoy;
  const { context } = call;
  const { principal } = context;
  call.phrase = 'forbidden';
  if (!access.allows(principal, imageObject(image.image_id), 'use', image.owned_by)) {
    const asked = body.image ?? image.image;
    throw new RunvoyError(
      'FORBIDDEN',
      `you do not have permission to execute with image "${asked}" (resolved to ${image.image_id})`,
      { field: 'image' },
    );
  }
  for (const [index, name] of (body.secrets ?? []).entries()) {
    const object = secretObject(name);
    if (access.allows(principal, object, 'use')) continue;
    const owners = await secrets.find(name, context).then(
      (secret) => secret.owned_by,
      (error) => {
        if (isRunvoyError(error, 'SECRET_NOT_FOUND')) return [];
        throw error;
      },
    );
    if (!access.allows(principal, object, 'use', owners)) {
      throw new RunvoyError('FORBIDDEN', `you do not have permission to use secret "${name}"`, {
        field: `secrets[${index}]`,
      });
    }
  }
}

/** The image by its id: what was allowed is what runs. */
function runInput(body: RunRequest, image: ImageDocument, idempotencyKey: string | undefined): RunInput {
  return {
    command: commandOf(body),
    image: image.image_id,
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
