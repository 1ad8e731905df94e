import type { z } from 'zod';
import type * as schemas from './schemas.ts';

/** The JSON on the wire as types, inferred from the schemas; importing this loads nothing. */
export type ErrorBody = z.output<typeof schemas.errorSchema>;
export type Health = z.output<typeof schemas.healthSchema>;
export type Claim = z.output<typeof schemas.claimSchema>;
export type User = z.output<typeof schemas.userSchema>;
export type CreateUserRequest = z.output<typeof schemas.createUserRequest>;
export type CreateUserResponse = z.output<typeof schemas.createUserResponse>;
export type Whoami = z.output<typeof schemas.whoamiSchema>;
export type Image = z.output<typeof schemas.imageSchema>;
export type RegisterImageRequest = z.output<typeof schemas.registerImageRequest>;
export type RegisterImageResponse = z.output<typeof schemas.registerImageResponse>;
export type Secret = z.output<typeof schemas.secretSchema>;
export type CreateSecretRequest = z.output<typeof schemas.createSecretRequest>;
export type UpdateSecretRequest = z.output<typeof schemas.updateSecretRequest>;
export type RunRequest = z.output<typeof schemas.runRequest>;
export type RunResponse = z.output<typeof schemas.runResponse>;
export type Execution = z.output<typeof schemas.executionSchema>;
export type ExecutionStatusResponse = z.output<typeof schemas.executionStatusSchema>;
export type ExecutionListQuery = z.output<typeof schemas.executionListQuery>;
export type KillResponse = z.output<typeof schemas.killResponse>;
export type LogEvent = z.output<typeof schemas.logEventSchema>;
export type LogsResponse = z.output<typeof schemas.logsResponse>;
export type HealthReport = z.output<typeof schemas.healthReportSchema>;
export type ReconcileResponse = z.output<typeof schemas.reconcileResponse>;
export type TraceResponse = z.output<typeof schemas.traceResponse>;
