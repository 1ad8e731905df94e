import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Generation } from '../../simulator/dynamodb/layout.ts';

type Row = Record<string, AttributeValue>;

const s = (S: string): AttributeValue => ({ S });
const n = (N: number): AttributeValue => ({ N: String(N) });
const list = (...items: string[]): AttributeValue => ({ L: items.map((item) => ({ S: item })) });
const t0 = 1_762_078_830;

/** Tables as servers of that generation have left them (reference/runvoy-aws.md §1), with what was found to be odd in them. */
export function upstreamRows(generation: Generation): Record<string, Row[]> {
  const main = generation === 'main';
  const all = (released: string): Row => ({ _all: s(main ? 'ALL' : released) });
  /** Only main lists these by an index. */
  const listed: Row = main ? { _all: s('ALL') } : {};
  return {
    API_KEYS_TABLE: [
      {
        api_key_hash: s('Yq+HBHZPr46oL8Yc6cTDkItsuX1GOmNOnlh9fIhdsO8='),
        user_email: s('ana@example.com'),
        role: s('admin'),
        created_at: s('2025-11-02T10:20:30.123456789Z'),
        last_used: s('2025-12-01T08:00:00.5Z'),
        revoked: { BOOL: false },
        modified_by_request_id: s('req-9'),
        ...all('USER'),
      },
      {
        api_key_hash: s('never-used'),
        user_email: s('bo@example.com'),
        role: s('developer'),
        created_at: s('2025-11-03T00:00:00Z'),
        // Go writes its zero time for "never".
        last_used: s('0001-01-01T00:00:00Z'),
        revoked: { BOOL: true },
        created_by_request_id: s('req-1'),
        ...all('USER'),
      },
      {
        api_key_hash: s('expired-invitation'),
        user_email: s('cleo@example.com'),
        role: s('viewer'),
        created_at: s('2025-11-03T00:00:00Z'),
        last_used: s('0001-01-01T00:00:00Z'),
        revoked: { BOOL: false },
        // Not swept yet.
        expires_at: n(t0),
        ...all('USER'),
      },
    ],
    PENDING_API_KEYS_TABLE: [
      {
        secret_token: s('claimed-but-still-there'),
        api_key: s('plain'),
        user_email: s('bo@example.com'),
        created_by: s('ana@example.com'),
        created_at: n(t0),
        expires_at: n(4_000_000_000),
        viewed: { BOOL: true },
        viewed_at: n(t0 + 5),
        viewed_from_ip: s('203.0.113.7'),
      },
    ],
    EXECUTIONS_TABLE: [
      {
        execution_id: s('0123456789abcdef0123456789abcdef'),
        started_at: n(t0),
        created_by: s('ana@example.com'),
        owned_by: list('ana@example.com'),
        command: s('terraform plan'),
        status: s('SUCCEEDED'),
        completed_at: n(t0 + 61),
        exit_code: n(0),
        duration_seconds: n(42),
        created_by_request_id: s('req-2'),
        compute_platform: s('AWS'),
        ...(main ? { image_id: s('hashicorp/terraform:1.6-ce72b859') } : {}),
        ...all('1'),
      },
      {
        // A run of upstream's that still goes on: no exit code at creation, a nil list.
        execution_id: s('fedcba9876543210fedcba9876543210'),
        started_at: n(t0 + 100),
        created_by: s('bo@example.com'),
        owned_by: { NULL: true },
        command: s('sleep 3600'),
        status: s('RUNNING'),
        ...(main ? { image_id: s('alpine:latest-c5c74c0e') } : {}),
        ...all('1'),
      },
      ...(main
        ? []
        : [
            {
              // v0.2.0 had one request id, without an index.
              execution_id: s('00000000000000000000000000000002'),
              started_at: n(t0 - 1000),
              created_by: s('ana@example.com'),
              owned_by: list('ana@example.com'),
              command: s('true'),
              status: s('FAILED'),
              exit_code: n(1),
              request_id: s('req-v020'),
              ...all('1'),
            },
          ]),
    ],
    IMAGE_TASKDEFS_TABLE: [
      {
        image_id: s('hashicorp/terraform:1.6-ce72b859'),
        image: s('hashicorp/terraform:1.6'),
        task_role_name: s('my-task'),
        task_execution_role_name: s('my-exec'),
        cpu: s('1024'),
        memory: s('2048'),
        runtime_platform: s('Linux/X86_64'),
        task_definition_family: s('runvoy-hashicorp-terraform-1-6-ce72b859'),
        image_registry: s(''),
        image_name: s('hashicorp/terraform'),
        image_tag: s('1.6'),
        created_by: s('ana@example.com'),
        owned_by: list('ana@example.com'),
        created_at: n(t0),
        updated_at: n(t0),
        ...listed,
      },
      {
        // What marking an image of another size as the default has left: nothing but the mark.
        image_id: s('hashicorp/terraform:1.6-0a1b2c3d'),
        is_default_placeholder: s('DEFAULT'),
        updated_at: n(t0 + 7),
      },
    ],
    SECRETS_METADATA_TABLE: [
      {
        secret_name: s('db-password'),
        key_name: s('DB_PASSWORD'),
        description: s(''),
        created_by: s('ana@example.com'),
        owned_by: list('ana@example.com'),
        created_at: s('2025-11-02T10:20:30.1Z'),
        updated_at: s('2025-11-02T10:20:30.1Z'),
        updated_by: s('ana@example.com'),
        ...listed,
      },
    ],
    EXECUTION_LOGS_TABLE: [
      {
        execution_id: s('fedcba9876543210fedcba9876543210'),
        event_key: s(`${(t0 + 101) * 1000}#3729`),
        event_id: s('3729'),
        timestamp: n((t0 + 101) * 1000),
        message: s('an early line'),
      },
    ],
    WEBSOCKET_CONNECTIONS_TABLE: [
      {
        connection_id: s('L0SM9cOFvHcCIhw='),
        execution_id: s('fedcba9876543210fedcba9876543210'),
        functionality: s('log_streaming'),
        expires_at: n(4_000_000_000),
        last_event_id: s('3729'),
        token: s('old'),
      },
    ],
    WEBSOCKET_TOKENS_TABLE: [
      {
        token: s('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
        execution_id: s('fedcba9876543210fedcba9876543210'),
        expires_at: n(4_000_000_000),
        created_at: n(t0),
        user_email: s('bo@example.com'),
      },
    ],
  };
}
