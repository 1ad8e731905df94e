import { Channel } from '@grpc/grpc-js';
import { vi } from 'vitest';

export interface Call {
  /** In full: `/google.firestore.v1.Firestore/Commit`. */
  method: string;
  /** 1 for what began before anything had been answered, 2 for what began after the first answer, …: the round trips up to its end. */
  round: number;
}

/** What there is of a call below its interceptors; the types of grpc-js do not tell. */
interface RunningCall {
  start(metadata: unknown, listener: Record<'onReceiveMessage' | 'onReceiveStatus', (told: unknown) => void>): void;
}

/** Every call that Google's clients make in this process from now on, until mocks are restored. */
export function watchCalls(): Call[] {
  const calls: Call[] = [];
  let answered = 0;
  const createCall = Channel.prototype.createCall as unknown as (...args: unknown[]) => RunningCall;
  vi.spyOn(Channel.prototype, 'createCall').mockImplementation(function (this: Channel, ...args: unknown[]) {
    const running = createCall.apply(this, args);
    const call = { method: args[0] as string, round: answered + 1 };
    calls.push(call);
    const start = running.start.bind(running);
    running.start = (metadata, listener) => {
      // Firestore's client goes on with the last document of a query, before the status that follows it.
      for (const name of ['onReceiveMessage', 'onReceiveStatus'] as const) {
        const receive = listener[name].bind(listener);
        listener[name] = (told) => {
          answered = Math.max(answered, call.round);
          receive(told);
        };
      }
      start(metadata, listener);
    };
    return running;
  } as never);
  return calls;
}
