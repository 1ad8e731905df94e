import type { LogEvent } from '../../api/index.ts';
import { traceResponse } from '../../api/schemas.ts';
import type { BackendLogEntry } from '../../contract/backend-logs.ts';
import { executionToJson } from '../json/execution.ts';
import { imageToJson } from '../json/image.ts';
import { secretToJson } from '../json/secret.ts';
import { userToJson } from '../json/user.ts';
import { encodeText } from '../response.ts';
import { defineRoute, type Route } from '../route.ts';

export const traceRoutes: Route[] = [
  defineRoute({
    operation: 'trace',
    tag: 'Service',
    summary: 'What a request logged, and what it created or changed',
    method: 'GET',
    path: '/trace/:request_id',
    access: {},
    responses: { 200: { description: 'logs is null when there are none', schema: traceResponse } },
    failure: 'failed to fetch trace',
    async handle({ runvoy, context, parameter }) {
      const { logs, executions, secrets, users, images } = await runvoy.trace.find(parameter, context);
      const events = await Promise.all(logs.map(toLogEvent));
      events.sort((a, b) => a.timestamp - b.timestamp || (a.event_id < b.event_id ? -1 : 1));
      return {
        status: 200,
        json: {
          logs: events.length > 0 ? events : null,
          related_resources: {
            ...(executions.length > 0 && { executions: executions.map(executionToJson) }),
            ...(secrets.length > 0 && { secrets: secrets.map(secretToJson) }),
            ...(users.length > 0 && { users: users.map(userToJson) }),
            ...(images.length > 0 && { images: images.map(imageToJson) }),
          },
        },
      };
    },
  }),
];

/** The id is upstream's: the first 16 hexadecimal digits of SHA-256 of `<time>:<text>`. */
async function toLogEvent({ time, text }: BackendLogEntry): Promise<LogEvent> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encodeText(`${time}:${text}`)));
  const id = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { event_id: id, timestamp: time, message: text };
}
