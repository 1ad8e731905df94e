import type { FollowEvent } from '@runvoy/core/client';

export type LogEvent = Extract<FollowEvent, { type: 'log' }>;
export type StatusFrame = Extract<FollowEvent, { type: 'status' }>;
export type EndFrame = Extract<FollowEvent, { type: 'end' }>;
