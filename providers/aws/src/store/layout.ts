import type { CollectionName } from '@runvoy/core/provider';
import type { Table } from '../config.ts';
import { type Attribute, type Kind, markValue, type Row } from './attribute.ts';
import { completeImage } from './complete-image.ts';

/** How one of the contract's indexes is read. */
export interface IndexLayout {
  /** Of the table; absent: there is none, and the index named in `within` is read and filtered. */
  name?: string | undefined;
  /** Reads that index of this collection instead, and keeps what matches. */
  within?: string;
  /** The partition key and its values; absent values: those that the query matches. */
  partition?: { attribute: string; values?: readonly string[] };
  /** The field that is the sort key. Without one a partition is read whole, and sorted here. */
  sort?: string;
  /** When the table has no such index, as in older deployments: the whole table, or another index, filtered. */
  otherwise?: 'scan' | { within: string };
  /** When the whole table is read: leaves out rows without this attribute, as the index does elsewhere. */
  scanned?: string;
}

export interface CollectionLayout {
  table: Table;
  /** The attribute that is the table's key. */
  key: string;
  /** Put before the keys of collections that live in a table of something else. */
  prefix?: string;
  attributes: Record<string, Attribute>;
  /** What every row has besides. */
  constants?: Row;
  /** Only under the layout of the generation that is found: see `generation.ts`. */
  generations?: Record<Generation, Row>;
  /** What follows from the rest of a document that was read. */
  complete?(document: Record<string, unknown>): void;
  /** Rows that lack the constants get them when they are changed, and with them their place in an index. */
  adopts?: boolean;
  indexes: Record<string, IndexLayout>;
}

/** `released`: v0.2.0 to v0.5.0; `main`: what upstream has merged since. */
export type Generation = 'released' | 'main';

type Options = Omit<Attribute, 'name' | 'kind'> & { name?: string };

const of =
  (kind: Kind) =>
  (options: Options = {}) => ({ kind, ...options });
const plain = of('plain');
const seconds = of('seconds');
const expiry = of('expiry');
const timestamp = of('timestamp');
const decimal = of('decimal');
const mark = of('mark');

/** Attributes that are named like their field unless they say otherwise. */
function attributes(declared: Record<string, Omit<Attribute, 'name'> & { name?: string }>): Record<string, Attribute> {
  return Object.fromEntries(
    Object.entries(declared).map(([field, attribute]) => [field, { name: field, ...attribute }]),
  );
}

const tracked = { created_by_request_id: plain(), modified_by_request_id: plain() };
const all = (value: string): Row => ({ _all: { S: value } });
const everyone = { attribute: '_all', values: ['ALL'] };

/** Every collection in upstream's tables, as its servers of either generation read and write them (attribute names and types, keys, indexes). */
export const layouts: Record<CollectionName, CollectionLayout> = {
  users: {
    table: 'users',
    key: 'api_key_hash',
    attributes: attributes({
      user_email: plain({ absent: '' }),
      role: plain({ absent: '' }),
      created_at: timestamp(),
      last_used: timestamp({ zero: true }),
      revoked: plain({ absent: false }),
      expires_at: expiry(),
      replaces: plain(),
      replaced_by: plain(),
      ...tracked,
    }),
    generations: { released: all('USER'), main: all('ALL') },
    indexes: {
      all: {
        name: 'all-user_email',
        partition: { attribute: '_all', values: ['ALL', 'USER'] },
        sort: 'user_email',
      },
      email: { name: 'user_email-index', partition: { attribute: 'user_email' } },
    },
  },

  claims: {
    table: 'claims',
    key: 'secret_token',
    attributes: attributes({
      api_key: plain(),
      user_email: plain({ absent: '' }),
      created_by: plain({ absent: '' }),
      created_at: seconds(),
      expires_at: expiry(),
      viewed: plain({ absent: false }),
      viewed_at: seconds(),
      viewed_from_ip: plain(),
    }),
    indexes: {},
  },

  executions: {
    table: 'executions',
    key: 'execution_id',
    attributes: attributes({
      created_by: plain({ absent: '' }),
      owned_by: plain({ absent: [] }),
      command: plain({ absent: '', large: true }),
      argv: plain({ large: true }),
      image_id: plain({ absent: '' }),
      status: plain({ absent: '' }),
      started_at: seconds(),
      running_at: plain(),
      completed_at: seconds(),
      exit_code: plain(),
      duration_seconds: plain(),
      compute_platform: plain({ absent: 'AWS' }),
      log_stream_name: plain(),
      task_ref: plain(),
      timeout_seconds: plain(),
      reason: plain(),
      reason_detail: plain({ large: true }),
      stop_cause: plain(),
      stopped_by: plain(),
      logs_complete: plain(),
      logs_waited_seconds: plain(),
      stream_key: plain(),
      secret_names: plain({ large: true }),
      secrets_bundle: plain(),
      git_repo: plain(),
      git_ref: plain(),
      git_path: plain(),
      ...tracked,
      // v0.2.0 had one id, that of the request that created it.
      created_by_request_id: plain({ formerly: 'request_id' }),
    }),
    generations: { released: all('1'), main: all('ALL') },
    indexes: {
      all: {
        name: 'all-started_at',
        partition: { attribute: '_all', values: ['ALL', '1'] },
        sort: 'started_at',
      },
      status: { within: 'all' },
      creator: { within: 'all' },
      task: { within: 'all' },
      // v0.2.0 has neither.
      created_by_request: {
        name: 'created_by_request_id-index',
        partition: { attribute: 'created_by_request_id' },
        sort: 'started_at',
        otherwise: { within: 'all' },
      },
      modified_by_request: {
        name: 'modified_by_request_id-index',
        partition: { attribute: 'modified_by_request_id' },
        sort: 'started_at',
        otherwise: { within: 'all' },
      },
    },
  },

  images: {
    table: 'images',
    key: 'image_id',
    attributes: attributes({
      image: plain({ absent: '' }),
      image_registry: plain({ absent: '' }),
      image_name: plain({ absent: '' }),
      image_tag: plain({ absent: '' }),
      is_default: mark({ name: 'is_default_placeholder' }),
      task_role_name: plain(),
      task_execution_role_name: plain(),
      // A row that upstream made by marking an image that was registered with other sizes has nothing but the mark.
      cpu: decimal({ absent: 256 }),
      memory: decimal({ absent: 512 }),
      runtime_platform: plain({ absent: 'Linux/ARM64' }),
      template_ref: plain({ name: 'task_definition_family', absent: '' }),
      created_by: plain(),
      owned_by: plain({ absent: [] }),
      created_at: seconds({ absent: 0 }),
      updated_at: seconds({ absent: 0 }),
      ...tracked,
    }),
    constants: all('ALL'),
    complete: completeImage,
    adopts: true,
    indexes: {
      // What a default mark alone has made is no image of that name: upstream, too, finds only the one that was registered.
      all: { name: 'all-image_id', partition: everyone, sort: 'image_id', otherwise: 'scan', scanned: 'image' },
      default: {
        name: 'is_default-index',
        partition: { attribute: 'is_default_placeholder', values: [markValue] },
        sort: 'image_id',
      },
    },
  },

  secrets: {
    table: 'secrets',
    key: 'secret_name',
    attributes: attributes({
      key_name: plain({ absent: '' }),
      description: plain({ absent: '', large: true }),
      created_by: plain({ absent: '' }),
      owned_by: plain({ absent: [] }),
      created_at: timestamp({ absent: 0 }),
      updated_at: timestamp({ absent: 0 }),
      updated_by: plain({ absent: '' }),
      ...tracked,
    }),
    constants: all('ALL'),
    adopts: true,
    indexes: { all: { name: 'all-secret_name', partition: everyone, sort: 'secret_name', otherwise: 'scan' } },
  },

  // Upstream has no table for them. Its table of stream tokens is one that both Lambdas may read and write, that expires rows by
  // `expires_at`, and that its servers only ever read by a token's key; and no token has this form.
  reservations: {
    table: 'tokens',
    key: 'token',
    prefix: 'reservation/',
    attributes: attributes({
      digest: plain({ absent: '' }),
      holder: plain({ absent: '' }),
      created_at: seconds(),
      expires_at: expiry(),
    }),
    indexes: {},
  },

  connections: {
    table: 'connections',
    key: 'connection_id',
    attributes: attributes({
      execution_id: plain({ absent: '' }),
      protocol: plain({ absent: 1 }),
      user_email: plain({ absent: '' }),
      client_ip: plain(),
      cursor: plain(),
      status: plain(),
      sender: plain(),
      expires_at: expiry(),
    }),
    constants: { functionality: { S: 'log_streaming' } },
    indexes: { execution: { name: 'execution_id-index', partition: { attribute: 'execution_id' } } },
  },
};
