/** The four roles of upstream's policy; a policy file may define more, so a stored role is any text. */
export type Role = string;

export type ExecutionStatus = 'STARTING' | 'RUNNING' | 'TERMINATING' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';

interface Tracked {
  created_by_request_id?: string;
  modified_by_request_id?: string;
}

export interface UserDocument extends Tracked {
  /** base64 of SHA-256 of the API key: the key of the document, so that authentication is one `get`. */
  api_key_hash: string;
  user_email: string;
  role: Role;
  created_at: number;
  last_used?: number;
  revoked: boolean;
  /** Present until the key is claimed. */
  expires_at?: number;
  /** The hash of the user's previous key, which is removed once this one is claimed. */
  replaces?: string;
  /** The hash of the key that takes this one's place, while it is being claimed. */
  replaced_by?: string;
}

/** A key waiting to be claimed once. */
export interface ClaimDocument {
  secret_token: string;
  /** Removed by the claim. */
  api_key?: string;
  user_email: string;
  created_by: string;
  created_at: number;
  expires_at: number;
  viewed: boolean;
  viewed_at?: number;
  viewed_from_ip?: string;
}

export interface ExecutionDocument extends Tracked {
  execution_id: string;
  created_by: string;
  owned_by: readonly string[];
  /** For people; when `argv` is present, a rendering of it. */
  command: string;
  argv?: readonly string[];
  image_id: string;
  status: ExecutionStatus;
  /** When the run was accepted. */
  started_at: number;
  /** When the command began. */
  running_at?: number;
  completed_at?: number;
  exit_code?: number;
  duration_seconds?: number;
  compute_platform: string;
  log_stream_name?: string;
  /** The provider's `ref`, once known. */
  task_ref?: string;
  timeout_seconds?: number;
  /** Why it ended: an `EndReason`. */
  reason?: string;
  reason_detail?: string;
  /** Who or what asked for the stop: `user` or `timeout`. */
  stop_cause?: string;
  stopped_by?: string;
  /** Every line that the command printed is in the log. */
  logs_complete?: boolean;
  /** Seconds that core waited for lines that did not come. */
  logs_waited_seconds?: number;
  /** Random; stream tokens are signed with it. */
  stream_key?: string;
  secret_names?: readonly string[];
  /** Name of the values in the `secrets` facet that this run needs while it lives; stays, so that late lines are known to need masking. */
  secrets_bundle?: string;
  git_repo?: string;
  git_ref?: string;
  git_path?: string;
}

export interface ImageDocument extends Tracked {
  image_id: string;
  image: string;
  image_registry: string;
  image_name: string;
  image_tag: string;
  is_default: boolean;
  task_role_name?: string;
  task_execution_role_name?: string;
  cpu: number;
  memory: number;
  runtime_platform: string;
  /** The provider's `ref` of the prepared template. */
  template_ref: string;
  created_by?: string;
  owned_by: readonly string[];
  created_at: number;
  updated_at: number;
}

export interface SecretDocument extends Tracked {
  secret_name: string;
  key_name: string;
  description: string;
  created_by: string;
  owned_by: readonly string[];
  created_at: number;
  updated_at: number;
  updated_by: string;
}

/** A short-lived claim on a name: an idempotency key, an e-mail address that is being invited. */
export interface ReservationDocument {
  reservation: string;
  /** Digest of the request that made it. */
  digest: string;
  /** What it stands for, e.g. an execution id. */
  holder: string;
  created_at: number;
  expires_at: number;
}

/** A viewer's socket held by a gateway. */
export interface ConnectionDocument {
  connection_id: string;
  execution_id: string;
  protocol: number;
  user_email: string;
  client_ip?: string;
  /** Where it is in the log, as clients see it: everything before has been sent. */
  cursor?: string;
  /** The last status that it was told. */
  status?: string;
  /** Who is sending to it, and until when: `<milliseconds since the epoch>.<random>`. */
  sender?: string;
  expires_at: number;
}

export interface Documents {
  users: UserDocument;
  claims: ClaimDocument;
  executions: ExecutionDocument;
  images: ImageDocument;
  secrets: SecretDocument;
  reservations: ReservationDocument;
  connections: ConnectionDocument;
}

export type CollectionName = keyof Documents;

export interface IndexDeclaration {
  /** Fields that a query gives values for. */
  match: readonly string[];
  /** The field that documents are ordered by; a document without it is not in the index. */
  order: string;
  descending: boolean;
}

export interface CollectionDeclaration {
  key: string;
  /** The field that holds the time of expiry. */
  expires?: string;
  indexes: Record<string, IndexDeclaration>;
}

/** Every collection, its key and its indexes. A provider needs nothing else to know about the documents. */
export const collections = {
  users: {
    key: 'api_key_hash',
    expires: 'expires_at',
    indexes: {
      all: { match: [], order: 'user_email', descending: false },
      email: { match: ['user_email'], order: 'created_at', descending: true },
    },
  },
  claims: { key: 'secret_token', expires: 'expires_at', indexes: {} },
  executions: {
    key: 'execution_id',
    indexes: {
      all: { match: [], order: 'started_at', descending: true },
      status: { match: ['status'], order: 'started_at', descending: true },
      creator: { match: ['created_by'], order: 'started_at', descending: true },
      task: { match: ['task_ref'], order: 'started_at', descending: true },
      created_by_request: {
        match: ['created_by_request_id'],
        order: 'started_at',
        descending: true,
      },
      modified_by_request: {
        match: ['modified_by_request_id'],
        order: 'started_at',
        descending: true,
      },
    },
  },
  images: {
    key: 'image_id',
    indexes: {
      all: { match: [], order: 'image_id', descending: false },
      default: { match: ['is_default'], order: 'image_id', descending: false },
    },
  },
  secrets: {
    key: 'secret_name',
    indexes: { all: { match: [], order: 'secret_name', descending: false } },
  },
  reservations: { key: 'reservation', expires: 'expires_at', indexes: {} },
  connections: {
    key: 'connection_id',
    expires: 'expires_at',
    indexes: {
      execution: {
        match: ['execution_id'],
        order: 'connection_id',
        descending: false,
      },
    },
  },
} as const satisfies Record<CollectionName, CollectionDeclaration>;
