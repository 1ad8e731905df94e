import type {
  ConnectionDocument,
  ExecutionDocument,
  ImageDocument,
  ReservationDocument,
  SecretDocument,
  UserDocument,
} from '@runvoy/core/provider';

const person = 'ana@example.com';
const time = 1_700_000_000_000;

export const execution = (id: string, more: Partial<ExecutionDocument> = {}): ExecutionDocument => ({
  execution_id: id,
  created_by: person,
  owned_by: [person],
  command: 'true',
  image_id: 'tool-1',
  status: 'STARTING',
  started_at: time,
  compute_platform: 'test',
  ...more,
});

export const secret = (name: string, more: Partial<SecretDocument> = {}): SecretDocument => ({
  secret_name: name,
  key_name: 'TOKEN',
  description: '',
  created_by: person,
  owned_by: [person],
  created_at: time,
  updated_at: time,
  updated_by: person,
  ...more,
});

export const user = (hash: string, more: Partial<UserDocument> = {}): UserDocument => ({
  api_key_hash: hash,
  user_email: person,
  role: 'viewer',
  created_at: time,
  revoked: false,
  ...more,
});

export const image = (id: string, more: Partial<ImageDocument> = {}): ImageDocument => ({
  image_id: id,
  image: 'ghcr.io/acme/tool:1',
  image_registry: 'ghcr.io',
  image_name: 'acme/tool',
  image_tag: '1',
  is_default: false,
  cpu: 256,
  memory: 512,
  runtime_platform: 'Linux/X86_64',
  template_ref: 'template',
  owned_by: [person],
  created_at: time,
  updated_at: time,
  ...more,
});

export const reservation = (name: string, expiresAt: number): ReservationDocument => ({
  reservation: name,
  digest: 'digest',
  holder: 'holder',
  created_at: time,
  expires_at: expiresAt,
});

export const connection = (id: string, executionId: string, expiresAt: number): ConnectionDocument => ({
  connection_id: id,
  execution_id: executionId,
  protocol: 2,
  user_email: person,
  expires_at: expiresAt,
});
