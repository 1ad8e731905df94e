import { createClient, createNodeTransport } from '@runvoy/core/client';
import { WebSocket } from 'ws';
import type { DeploymentOptions, SimulatorOptions } from '../../simulator/index.ts';
import { startSimulator } from '../../simulator/index.ts';
import { AfterAnswer } from '../../src/lambda/after-answer.ts';
import { createOrchestrator } from '../../src/lambda/orchestrator.ts';
import { createProcessor } from '../../src/lambda/processor.ts';
import { seedAdmin } from './seed-admin.ts';

export const image = 'public.ecr.aws/docker/library/alpine:3';

interface DeploymentSettings extends Omit<SimulatorOptions, 'now'>, DeploymentOptions {
  settings?: Record<string, string>;
  /** The clock of the functions; the cloud's is that of this machine. */
  now?(): number;
}

/** The product as it is deployed: two functions of the simulated cloud, with upstream's roles and nothing more. */
export async function deployLambdas({ settings = {}, now, ...options }: DeploymentSettings = {}) {
  const functions = now === undefined ? {} : { now };
  const cloud = await startSimulator(options);
  const quiet = { RUNVOY_LOG_LEVEL: process.env.DEBUGLOG ? 'info' : 'error', RUNVOY_RATE_LIMIT: '0', ...settings };
  const { url } = await cloud.connect({
    orchestrator: createOrchestrator({ ...cloud.envOf('orchestrator'), ...quiet }, functions) as never,
    processor: createProcessor(
      { ...cloud.envOf('processor'), ...quiet },
      AfterAnswer.register(undefined, 'test'),
      functions,
    ) as never,
  });
  const apiKey = await seedAdmin(cloud.envOf('administrator'), options.generation);
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(new URL(`/api/v1${path}`, url), {
      method,
      headers: { 'X-API-Key': apiKey },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const transport = createNodeTransport(url);
  return {
    cloud,
    url,
    apiKey,
    ask,
    client: createClient({ transport, apiKey }),
    close: async () => {
      await transport.close();
      await cloud.close();
    },
  };
}

/** What a socket brings until it closes, or the refusal of its upgrade. */
export function watchSocket(url: string) {
  const socket = new WebSocket(url);
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(data.toString()));
  const closed = new Promise<{ code: number; refused?: number }>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve({ code: 1006, refused: response.statusCode ?? 0 });
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => resolve({ code }));
  });
  const opened = new Promise<void>((resolve) => socket.on('open', () => resolve()));
  return { socket, messages, opened, closed };
}

/** Tries until it gives something; the test's own time limit ends it. */
export async function until<T>(condition: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
