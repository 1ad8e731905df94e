import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Row = Record<string, AttributeValue>;
/** Types as the Go servers unmarshal them: an error on any attribute of any row fails the whole call there. */
type GoType = 'string' | 'int64' | 'seconds' | 'time' | 'bool' | 'strings';

interface OldTable {
  /** Must be there. */
  required: Record<string, GoType>;
  optional?: Record<string, GoType>;
  /** Rows that only we know, by the prefix of their key, which the old servers never ask for. */
  ours?: { key: string; pattern: RegExp };
}

const tracked: Record<string, GoType> = { created_by_request_id: 'string', modified_by_request_id: 'string' };

/** By the variable that names the table; after reference/runvoy-aws.md §1. */
export const oldSchema: Record<string, OldTable> = {
  API_KEYS_TABLE: {
    required: {
      api_key_hash: 'string',
      user_email: 'string',
      role: 'string',
      created_at: 'time',
      revoked: 'bool',
      _all: 'string',
    },
    optional: { last_used: 'time', expires_at: 'seconds', ...tracked },
  },
  PENDING_API_KEYS_TABLE: {
    required: {
      secret_token: 'string',
      user_email: 'string',
      created_by: 'string',
      created_at: 'seconds',
      expires_at: 'seconds',
      viewed: 'bool',
    },
    optional: { api_key: 'string', viewed_at: 'seconds', viewed_from_ip: 'string' },
  },
  EXECUTIONS_TABLE: {
    required: {
      execution_id: 'string',
      started_at: 'seconds',
      created_by: 'string',
      owned_by: 'strings',
      command: 'string',
      status: 'string',
      _all: 'string',
    },
    optional: {
      image_id: 'string',
      completed_at: 'seconds',
      exit_code: 'int64',
      duration_seconds: 'int64',
      log_stream_name: 'string',
      compute_platform: 'string',
      ...tracked,
    },
  },
  EXECUTION_LOGS_TABLE: {
    required: {
      execution_id: 'string',
      event_key: 'string',
      event_id: 'string',
      timestamp: 'int64',
      message: 'string',
    },
    optional: { expires_at: 'seconds' },
    ours: { key: 'execution_id', pattern: /\/index$/ },
  },
  WEBSOCKET_CONNECTIONS_TABLE: {
    required: { connection_id: 'string', execution_id: 'string', functionality: 'string', expires_at: 'seconds' },
    optional: {
      last_event_id: 'string',
      client_ip: 'string',
      token: 'string',
      user_email: 'string',
      token_request_client_ip: 'string',
    },
  },
  WEBSOCKET_TOKENS_TABLE: {
    required: { token: 'string', execution_id: 'string', expires_at: 'seconds', created_at: 'seconds' },
    optional: { user_email: 'string', client_ip_at_creation_time: 'string' },
    ours: { key: 'token', pattern: /^(reservation|overflow|horizon)\// },
  },
  IMAGE_TASKDEFS_TABLE: {
    required: { image_id: 'string' },
    optional: {
      image: 'string',
      task_role_name: 'string',
      task_execution_role_name: 'string',
      cpu: 'string',
      memory: 'string',
      runtime_platform: 'string',
      task_definition_family: 'string',
      is_default_placeholder: 'string',
      image_registry: 'string',
      image_name: 'string',
      image_tag: 'string',
      created_by: 'string',
      owned_by: 'strings',
      created_at: 'seconds',
      updated_at: 'seconds',
      _all: 'string',
      ...tracked,
    },
  },
  SECRETS_METADATA_TABLE: {
    required: {
      secret_name: 'string',
      key_name: 'string',
      created_by: 'string',
      created_at: 'time',
      updated_at: 'time',
      updated_by: 'string',
    },
    optional: { description: 'string', owned_by: 'strings', _all: 'string', ...tracked },
  },
};

/** What an old server would stumble over in a row, if anything. */
export function problemsOf(variable: string, row: Row): string[] {
  const { required, optional = {}, ours } = oldSchema[variable]!;
  if (ours?.pattern.test(row[ours.key]?.S ?? '')) return [];
  const missing = Object.keys(required).filter((name) => row[name] === undefined);
  const wrong = Object.entries({ ...required, ...optional }).filter(
    ([name, type]) => row[name] !== undefined && !fits(row[name]!, type),
  );
  return [
    ...missing.map((name) => `${variable}: ${name} is missing`),
    ...wrong.map(([name, type]) => `${variable}: ${name} is no ${type}: ${JSON.stringify(row[name])}`),
  ];
}

function fits(value: AttributeValue, type: GoType): boolean {
  switch (type) {
    case 'string':
      return value.S !== undefined;
    case 'int64':
      return /^-?\d+$/.test(value.N ?? '');
    case 'seconds':
      // Of an int64, too; milliseconds would be read as a year far away.
      return /^\d{1,10}$/.test(value.N ?? '');
    case 'time':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z$/.test(value.S ?? '');
    case 'bool':
      return value.BOOL !== undefined;
    case 'strings':
      // Go's nil list is NULL.
      return value.NULL === true || value.L?.every((item) => item.S !== undefined) === true;
  }
}
