import { z } from 'zod';

/**
 * The JSON of every request and response: validation, the OpenAPI document and the client's types all come from here.
 * Shapes, names and nullability follow upstream (old clients parse them); what is marked "since 1.0" is ours.
 */

/** A week, the longest that any of the clouds allows. */
export const maximumTimeoutSeconds = 7 * 24 * 3600;
export const roles = ['admin', 'operator', 'developer', 'viewer'] as const;
export const executionStatuses = ['STARTING', 'RUNNING', 'TERMINATING', 'SUCCEEDED', 'FAILED', 'STOPPED'] as const;

const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const environmentName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'is not an environment variable name: use letters, digits and _, not starting with a digit',
  );
const text = z.string().refine((value) => !value.includes('\0'), 'must not contain a NUL character');
/** A bare address: upstream accepted `Name <a@b>` and stored it raw, which nobody could then look up. */
const email = z
  .string()
  .min(1, 'is required')
  .max(254)
  .regex(/^[^\s<>@,;:"()[\]\\]+@[^\s<>@,;:"()[\]\\]+$/, 'is not a bare e-mail address such as ana@example.com');
const role = z.string().min(1, 'is required');
const tracked = {
  created_by_request_id: z.string(),
  modified_by_request_id: z.string(),
};

export const errorSchema = z
  .object({
    error: z.string(),
    code: z.string().optional(),
    details: z.string().optional(),
    field: z.string().optional().meta({ description: 'The input that is wrong' }),
    remedy: z.string().optional().meta({ description: 'What to do about it' }),
    request_id: z.string().optional(),
    execution_id: z.string().optional(),
  })
  .meta({ id: 'Error' });

export const healthSchema = z
  .object({
    status: z.string(),
    version: z.string(),
    provider: z.string(),
    region: z.string().optional(),
  })
  .meta({ id: 'Health' });

export const claimSchema = z
  .object({ api_key: z.string(), user_email: z.string(), message: z.string() })
  .meta({ id: 'Claim' });

export const userSchema = z
  .object({
    email: z.string(),
    role: z.string(),
    created_at: time,
    revoked: z.boolean(),
    last_used: time.optional(),
    pending: z.boolean().optional().meta({ description: 'Invited, key not claimed yet' }),
    ...tracked,
  })
  .meta({ id: 'User' });
export const userListSchema = z.object({ users: z.array(userSchema) });
export const createUserRequest = z
  .object({
    email,
    role,
    api_key: z
      .string()
      .regex(
        /^[\x21-\x7e]{24,256}$/,
        'must be 24 to 256 printable characters without spaces; leave it out to have one made',
      )
      .optional(),
  })
  .meta({ id: 'CreateUserRequest' });
export const createUserResponse = z
  .object({ user: userSchema, claim_token: z.string() })
  .meta({ id: 'CreateUserResponse' });
export const emailRequest = z.object({ email }).meta({ id: 'EmailRequest' });
export const changeRoleRequest = z.object({ email, role }).meta({ id: 'ChangeRoleRequest' });
export const revokeUserResponse = z.object({
  message: z.string(),
  email: z.string(),
});
export const whoamiSchema = z
  .object({
    email: z.string(),
    role: z.string(),
    provider: z.string(),
    version: z.string(),
  })
  .meta({ id: 'Whoami' });

export const imageSchema = z
  .object({
    image_id: z.string(),
    image: z.string(),
    task_definition_name: z.string().optional(),
    is_default: z.boolean(),
    task_role_name: z.string().optional(),
    task_execution_role_name: z.string().optional(),
    cpu: z.int().optional(),
    memory: z.int().optional(),
    runtime_platform: z.string().optional(),
    image_registry: z.string(),
    image_name: z.string().optional(),
    image_tag: z.string().optional(),
    created_by: z.string().optional(),
    owned_by: z.array(z.string()),
    created_at: time,
    ...tracked,
  })
  .meta({ id: 'Image' });
export const imageListSchema = z.object({ images: z.array(imageSchema) });
export const registerImageRequest = z
  .object({
    image: text.min(1, 'is required').max(512).regex(/^\S+$/, 'must not contain spaces'),
    is_default: z.boolean().optional(),
    task_role_name: z.string().optional(),
    task_execution_role_name: z.string().optional(),
    cpu: z.int().positive('must be a positive number of CPU units, 1024 to a core').optional(),
    memory: z.int().positive('must be a positive number of MiB').optional(),
    runtime_platform: z.string().optional(),
  })
  .meta({ id: 'RegisterImageRequest' });
export const registerImageResponse = z
  .object({
    image: z.string(),
    message: z.string(),
    image_id: z.string(),
    notes: z.array(z.string()).optional(),
  })
  .meta({ id: 'RegisterImageResponse' });
export const removeImageResponse = z.object({
  image: z.string(),
  message: z.string(),
});

const secretName = z
  .string()
  .min(1, 'is required')
  .max(200, 'must have at most 200 characters')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
    'must start with a letter or digit and have only letters, digits and . _ / -',
  );
const secretValue = z
  .string()
  .refine((value) => new TextEncoder().encode(value).length <= 65_536, 'must have at most 65,536 bytes');
export const secretSchema = z
  .object({
    name: z.string(),
    key_name: z.string(),
    description: z.string().optional(),
    value: z.string().optional(),
    created_by: z.string(),
    owned_by: z.array(z.string()),
    created_at: time,
    updated_at: time,
    updated_by: z.string(),
    ...tracked,
  })
  .meta({ id: 'Secret' });
export const secretListSchema = z.object({
  secrets: z.array(secretSchema),
  total: z.int(),
});
export const secretListQuery = z.object({
  values: z.enum(['true', 'false']).optional().meta({
    description: '`false`: the secrets without their values, which are not read then (since 1.0)',
  }),
});
export const createSecretRequest = z
  .object({
    name: secretName,
    key_name: environmentName,
    value: secretValue,
    description: z.string().max(1024).optional(),
  })
  .meta({ id: 'CreateSecretRequest' });
/** An empty text keeps what is there, as upstream's clients expect. */
export const updateSecretRequest = z
  .object({
    key_name: z.union([environmentName, z.literal('')]).optional(),
    value: secretValue.optional(),
    description: z.string().max(1024).optional(),
  })
  .meta({ id: 'UpdateSecretRequest' });
export const secretResponse = z.object({ secret: secretSchema });
export const messageSchema = z.object({ message: z.string() });
export const removeSecretResponse = z.object({
  name: z.string(),
  message: z.string(),
});

export const runRequest = z
  .object({
    command: text.max(65_536).optional().meta({ description: 'For /bin/sh -c' }),
    argv: z.array(text).min(1, 'needs at least one word').max(4096).optional().meta({
      description: 'Exact argument vector, instead of command (since 1.0)',
    }),
    image: z.string().max(512).optional(),
    env: z.record(environmentName, text.max(32_768)).optional(),
    timeout: z
      .int('must be a whole number of seconds')
      .min(1, 'must be at least 1 second; leave it out for the default')
      .max(maximumTimeoutSeconds, `must be at most ${maximumTimeoutSeconds} seconds (a week)`)
      .optional(),
    secrets: z.array(z.string().trim().min(1, 'cannot be empty')).max(64).optional(),
    git_repo: z.string().max(2048).optional(),
    git_ref: z.string().max(255).optional(),
    git_path: z.string().max(1024).optional(),
    stdin: z.base64().optional().meta({
      description: 'Standard input of the command, base64 (since 1.0)',
    }),
  })
  .meta({ id: 'RunRequest' });
export const runResponse = z
  .object({
    execution_id: z.string(),
    log_url: z.string(),
    status: z.string(),
    command: z.string(),
    image_id: z.string(),
    websocket_url: z.string().optional(),
  })
  .meta({ id: 'RunResponse' });

const ending = {
  reason: z.string().optional().meta({
    description: 'Why it ended: exited, signalled, stopped, timed-out, out-of-memory, start-failed, lost',
  }),
  reason_detail: z.string().optional(),
  logs_complete: z.boolean().optional(),
};
export const executionSchema = z
  .object({
    execution_id: z.string(),
    created_by: z.string(),
    owned_by: z.array(z.string()),
    command: z.string(),
    argv: z.array(z.string()).optional(),
    image_id: z.string(),
    started_at: time,
    completed_at: time.optional(),
    status: z.string(),
    exit_code: z.int(),
    duration_seconds: z.int().optional(),
    log_stream_name: z.string().optional(),
    cloud: z.string().optional(),
    timeout_seconds: z.int().optional(),
    secrets: z.array(z.string()).optional(),
    git_repo: z.string().optional(),
    git_ref: z.string().optional(),
    git_path: z.string().optional(),
    stopped_by: z.string().optional(),
    ...ending,
    ...tracked,
  })
  .meta({ id: 'Execution' });
/** A bare array, as upstream's; the next page's cursor travels in the header `X-Next-Cursor`. */
export const executionListSchema = z.array(executionSchema);
export const executionListQuery = z.object({
  limit: z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(0, 'must not be negative; 0 means all')
    .optional(),
  status: z.string().optional().meta({ description: 'One or more, with commas between' }),
  created_by: z.string().optional(),
  image: z.string().optional(),
  since: z.string().optional().meta({ description: 'Accepted then or later: RFC 3339, or a date' }),
  until: z.string().optional().meta({ description: 'Accepted then or earlier: RFC 3339, or a date' }),
  cursor: z.string().optional().meta({ description: 'X-Next-Cursor of the page before' }),
});
export const executionStatusSchema = z
  .object({
    execution_id: z.string(),
    status: z.string(),
    command: z.string(),
    image_id: z.string(),
    started_at: time,
    exit_code: z.int().nullable(),
    completed_at: time.optional(),
    timeout_seconds: z.int().optional(),
    phase_detail: z.string().optional().meta({ description: 'While starting: what it waits for' }),
    ...ending,
  })
  .meta({ id: 'ExecutionStatus' });
export const killResponse = z.object({
  execution_id: z.string(),
  message: z.string(),
});

export const logEventSchema = z
  .object({
    event_id: z.string(),
    timestamp: z.int().meta({ description: 'Milliseconds since the epoch' }),
    message: z.string(),
    stream: z.string().optional(),
  })
  .meta({ id: 'LogEvent' });
export const logsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(10_000).optional(),
  after: z.string().optional(),
});
export const logsResponse = z
  .object({
    execution_id: z.string(),
    events: z.array(logEventSchema).nullable(),
    status: z.string(),
    websocket_url: z.string().optional(),
    next: z.string().optional().meta({
      description: 'Cursor of the next page, when limit or after was given (since 1.0)',
    }),
    logs_complete: z.boolean().optional(),
  })
  .meta({ id: 'LogsResponse' });

const names = z.array(z.string());
export const healthReportSchema = z
  .object({
    timestamp: time,
    compute_status: z.object({
      total_resources: z.int(),
      verified_count: z.int(),
      recreated_count: z.int(),
      tag_updated_count: z.int(),
      orphaned_count: z.int(),
      orphaned_resources: names,
    }),
    secrets_status: z.object({
      total_secrets: z.int(),
      verified_count: z.int(),
      tag_updated_count: z.int(),
      missing_count: z.int(),
      orphaned_count: z.int(),
      orphaned_parameters: names,
    }),
    identity_status: z.object({
      default_roles_verified: z.boolean(),
      custom_roles_verified: z.int(),
      custom_roles_total: z.int(),
      missing_roles: names,
    }),
    authorizer_status: z.object({
      users_with_invalid_roles: names,
      users_with_missing_roles: names,
      resources_with_missing_owners: names,
      orphaned_ownerships: names,
      missing_ownerships: names,
      total_users_checked: z.int(),
      total_resources_checked: z.int(),
    }),
    executions_status: z
      .object({
        total_active: z.int(),
        repaired_count: z.int(),
        orphaned_tasks: names,
        stuck: names,
      })
      .meta({ description: 'Since 1.0' }),
    issues: z.array(
      z.object({
        resource_type: z.string(),
        resource_id: z.string(),
        severity: z.enum(['error', 'warning']),
        message: z.string(),
        action: z.enum(['recreated', 'tag_updated', 'repaired', 'reported', 'requires_manual_intervention']),
      }),
    ),
    reconciled_count: z.int(),
    error_count: z.int(),
  })
  .meta({ id: 'HealthReport' });
export const reconcileResponse = z.object({
  status: z.string(),
  report: healthReportSchema,
});

export const traceResponse = z
  .object({
    logs: z.array(logEventSchema).nullable(),
    related_resources: z.object({
      executions: z.array(executionSchema).optional(),
      secrets: z.array(secretSchema).optional(),
      users: z.array(userSchema).optional(),
      images: z.array(imageSchema).optional(),
    }),
  })
  .meta({ id: 'TraceResponse' });
