import type { ExecutionDocument } from '../../src/provider.ts';

/** A record as `run` would have made it. */
export function executionOf(executionId: string, fields: Partial<ExecutionDocument> = {}): ExecutionDocument {
  return {
    execution_id: executionId,
    created_by: 'ana@example.com',
    owned_by: ['ana@example.com'],
    command: 'true',
    image_id: 'alpine:latest-c5c74c0e',
    status: 'STARTING',
    started_at: 1000,
    compute_platform: 'MEMORY',
    timeout_seconds: 60,
    ...fields,
  };
}
