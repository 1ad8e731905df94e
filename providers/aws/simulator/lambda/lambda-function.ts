import type { Deliveries } from '../control/deliveries.ts';
import type { Knobs } from '../control/knobs.ts';
import type { Random } from '../control/random.ts';

/** As Lambda's runtime for Node.js calls it. */
export type Handler = (event: never, context: LambdaContext) => unknown;

/** The members of Lambda's context that do not depend on the event source. */
export interface LambdaContext {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export type InvocationResult = { value: unknown } | { error: { errorType: string; errorMessage: string } };

/** Of an asynchronous invocation: one, and two more. */
const asynchronousAttempts = 3;

interface FunctionOptions {
  name: string;
  arn: string;
  logGroup: string;
  timeoutKnob: 'orchestratorTimeout' | 'processorTimeout';
  random: Random;
  deliveries: Deliveries;
  knobs: Knobs;
}

/** A function of this process that is invoked as Lambda would: with a copy of the event, a time limit, and retries. */
export class LambdaFunction {
  readonly #options: FunctionOptions;
  #handler: Handler | undefined;
  /** Events that failed three times and are gone, as without a dead-letter queue. */
  readonly dropped: unknown[] = [];
  invocations = 0;

  constructor(options: FunctionOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Replaces the code, as a deployment does. */
  set handler(handler: Handler | undefined) {
    this.#handler = handler;
  }

  /** Never rejects: a function that throws, or takes too long, is a result of its own. */
  async invoke(event: unknown, requestId = this.#options.random.uuid()): Promise<InvocationResult> {
    const { name, arn, logGroup, random } = this.#options;
    const milliseconds = this.#options.knobs[this.#options.timeoutKnob];
    if (this.#handler === undefined)
      return {
        error: { errorType: 'Runtime.HandlerNotFound', errorMessage: `${name} has no handler: call connect()` },
      };
    this.invocations++;
    const ends = Date.now() + milliseconds;
    const context: LambdaContext = {
      awsRequestId: requestId,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: '128',
      logGroupName: logGroup,
      logStreamName: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${random.text(32)}`,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, ends - Date.now()),
    };
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<InvocationResult>((resolve) => {
      const errorMessage = `${context.awsRequestId} Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`;
      timer = setTimeout(() => resolve({ error: { errorType: 'Sandbox.Timedout', errorMessage } }), milliseconds);
    });
    try {
      return await Promise.race([this.#run(this.#handler, event, context), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(handler: Handler, event: unknown, context: LambdaContext): Promise<InvocationResult> {
    try {
      const value = await (handler as (event: unknown, context: LambdaContext) => unknown)(throughJson(event), context);
      return { value: throughJson(value) };
    } catch (error) {
      const { name = 'Error', message = String(error) } = error as Error;
      return { error: { errorType: name, errorMessage: message } };
    }
  }

  /** As EventBridge and CloudWatch Logs invoke: accepted at once, tried up to three times. */
  async invokeAsynchronously(event: unknown): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const result = await this.invoke(event);
      if ('value' in result) return;
      if (attempt === asynchronousAttempts) {
        this.dropped.push(event);
        return;
      }
      const { retryDelays } = this.#options.knobs;
      await this.#options.deliveries.pause(retryDelays[attempt - 1] ?? retryDelays.at(-1) ?? 0);
    }
  }
}

/** Nothing but JSON passes, in and out. */
const throughJson = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));
