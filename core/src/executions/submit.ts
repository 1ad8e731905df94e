import type { ExecutionDocument } from '../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import type { TaskSpec } from '../contract/tasks.ts';
import { templateOf } from '../images/template-of.ts';
import { randomHex } from '../random-hex.ts';
import type { Access, Images, RequestContext, RunInput, SecretStore } from '../services.ts';
import { checkInput } from './check-input.ts';
import { planCheckout } from './git-checkout.ts';
import { reserveExecutionId } from './idempotency.ts';
import { type LaunchDependencies, launch } from './launch.ts';
import { demandUse, revealPermitted } from './permitted-use.ts';
import { divideEnvironment } from './secret-environment.ts';
import { bundleName } from './secrets-bundle.ts';

export interface SubmitDependencies extends LaunchDependencies {
  provider: Pick<Provider, 'name' | 'store' | 'secrets' | 'tasks' | 'capabilities'>;
  access: Access;
  images: Images;
  secrets: SecretStore;
  defaultTimeoutSeconds: number;
}

/**
 * Accepts a run: the record first, then the task, then the task's reference into the record. Wherever this stops, the record
 * says that something may be running, and `refresh` finds out. The caller's connection does not cancel it half-way.
 */
export async function submit(
  { provider, access, images, secrets, ...options }: SubmitDependencies,
  input: RunInput,
  context: RequestContext,
): Promise<ExecutionDocument> {
  const { store, capabilities } = provider;
  const call = { requestId: context.requestId };
  checkInput(input, provider);
  const names = [...new Set(input.secrets)];
  const [image, revealed] = await Promise.all([
    images.resolve(input.image, context),
    revealPermitted(access, secrets, names, context),
  ]);
  demandUse(access, image, context);

  const { env, secretEnv } = divideEnvironment(input.env, revealed);
  const git = planCheckout(input.git, { ...env, ...secretEnv });
  const proposed = randomHex(16);
  const { email } = context.principal;
  const executionId = await reserveExecutionId(store, email, input, proposed, options.now(), call);
  if (executionId !== proposed) {
    const earlier = await store.get('executions', executionId, call);
    // Absent when the first request got no further than its reservation: then this one is the first.
    if (earlier) return earlier;
  }

  const timeoutSeconds = input.timeoutSeconds ?? options.defaultTimeoutSeconds;
  const bundle = {
    ...secretEnv,
    ...(git?.token && { RUNVOY_GIT_TOKEN: git.token }),
  };
  const needsBundle = capabilities.masking !== true && Object.keys(bundle).length > 0;
  const secretsBundle = needsBundle ? bundleName(executionId) : undefined;
  const execution: ExecutionDocument = {
    execution_id: executionId,
    created_by: email,
    owned_by: [email],
    command: 'shell' in input.command ? input.command.shell : renderArguments(input.command.argv),
    ...('argv' in input.command && { argv: input.command.argv }),
    image_id: image.image_id,
    status: 'STARTING',
    started_at: options.now(),
    compute_platform: provider.name.toUpperCase(),
    timeout_seconds: timeoutSeconds,
    stream_key: randomHex(24),
    created_by_request_id: context.requestId,
    ...(names.length > 0 && { secret_names: names }),
    ...(secretsBundle !== undefined && { secrets_bundle: secretsBundle }),
    ...(git && { git_repo: git.url, git_ref: git.ref, git_path: git.path }),
  };
  await Promise.all([
    insertOnce(store, execution, call),
    secretsBundle !== undefined &&
      provider.secrets.put(
        secretsBundle,
        JSON.stringify(bundle),
        {
          expiresAt: execution.started_at + (timeoutSeconds + 24 * 3600) * 1000,
        },
        call,
      ),
  ]);

  const spec: TaskSpec = {
    executionId,
    template: templateOf(image),
    templateRef: image.template_ref,
    command: input.command,
    env,
    secretEnv,
    ...(secretsBundle !== undefined && { secretsBundle }),
    maskedValues: [...Object.values(secretEnv), ...(git?.token ? [git.token] : [])],
    ...(input.stdin && { stdin: input.stdin }),
    ...(git && { git }),
    timeoutSeconds,
    createdBy: email,
  };
  return launch({ provider, ...options }, execution, spec, call);
}

/** A repeated request whose first attempt died between reservation and record meets its own record at most once. */
async function insertOnce(store: Provider['store'], execution: ExecutionDocument, call: CallOptions): Promise<void> {
  try {
    await store.insert('executions', execution, call);
  } catch (error) {
    if (!isRunvoyError(error, 'CONFLICT')) throw error;
    throw new RunvoyError('CONFLICT', 'a request with this idempotency key is being accepted right now', {
      field: 'Idempotency-Key',
      remedy: 'Repeat the request in a moment: it will answer with the same execution.',
    });
  }
}

/** For people: what a shell would make of it if it were typed. */
function renderArguments(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
