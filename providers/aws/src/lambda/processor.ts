import { isRunvoyError, type Serverless } from '@runvoy/core';
import { lazy } from '../clients/lazy.ts';
import type { AfterAnswer } from './after-answer.ts';
import { type LambdaContext, type LambdaOptions, openLambdaBackend, startEarly } from './backend.ts';

export type ProcessorHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** Left for the answer, and for what must be noted down before the process is stopped. */
const reserveMilliseconds = 1500;

/**
 * The function that everything else calls: EventBridge, the log subscription, the schedule, the API that holds the sockets, or a queue
 * in front of any of them. It rejects when a repetition may help, which Lambda then makes; what can never succeed is answered.
 */
export function createProcessor(
  env: Record<string, string | undefined>,
  afterAnswer: Promise<AfterAnswer>,
  options: LambdaOptions = {},
): ProcessorHandler {
  const backend = lazy(() => openLambdaBackend(env, 'processor', options));
  startEarly(backend);
  return async (event, context) => {
    const [serverless, answers] = await Promise.all([backend(), afterAnswer]);
    return answers.run(context.awsRequestId, async (later) => {
      const { now = Date.now } = options;
      const processing = {
        deadline: now() + context.getRemainingTimeInMillis() - reserveMilliseconds,
        afterAnswer: later,
      };
      const act = async (raw: unknown) => (await serverless.process(raw, context.awsRequestId, processing)).events;
      if (isSocketEvent(event)) return answerSocket(serverless, () => act(event), context);
      if (isQueueEvent(event))
        return { batchItemFailures: await processRecords(serverless, event.Records, act, context) };
      return { status_code: await settle(serverless, () => act(event), context), body: 'OK' };
    });
  };
}

/** The status to answer with; rejects with what a repetition may cure. */
async function settle(
  { log }: Serverless,
  act: () => Promise<number>,
  { awsRequestId }: LambdaContext,
): Promise<number> {
  try {
    const count = await act();
    if (count === 0) log.info({ request_id: awsRequestId, ignored: 1 }, 'a notification was none of ours');
    return 200;
  } catch (error) {
    if (!isRunvoyError(error, 'INVALID_REQUEST')) throw error;
    log.error({ request_id: awsRequestId, malformed: 1, error }, 'a notification is malformed, and was dropped');
    return 400;
  }
}

/** Whether the socket is opened depends on the status. */
async function answerSocket({ log, describe }: Serverless, act: () => Promise<number>, context: LambdaContext) {
  try {
    await act();
    return { statusCode: 200, body: 'OK' };
  } catch (error) {
    const { status, body } = describe(error, context.awsRequestId);
    log.warn({ request_id: context.awsRequestId, status, error }, 'a socket was refused');
    return { statusCode: status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  }
}

/** Only what failed comes again. */
async function processRecords(
  serverless: Serverless,
  records: readonly QueueRecord[],
  act: (raw: unknown) => Promise<number>,
  context: LambdaContext,
): Promise<{ itemIdentifier: string }[]> {
  const failures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of records) {
    try {
      await settle(serverless, () => act(parse(body)), context);
    } catch (error) {
      serverless.log.error({ request_id: context.awsRequestId, message_id: messageId, error }, 'a notification failed');
      failures.push({ itemIdentifier: messageId });
    }
  }
  return failures;
}

interface QueueRecord {
  messageId: string;
  body: string;
}

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isSocketEvent = (event: unknown): boolean =>
  isFields(event) && isFields(event.requestContext) && typeof event.requestContext.routeKey === 'string';

const isQueueEvent = (event: unknown): event is { Records: QueueRecord[] } =>
  isFields(event) &&
  Array.isArray(event.Records) &&
  event.Records.every(
    (record) =>
      isFields(record) && record.eventSource === 'aws:sqs' && isFields(record) && typeof record.body === 'string',
  );

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
