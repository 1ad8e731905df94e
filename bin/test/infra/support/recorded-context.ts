import picocolors from 'picocolors';
import type { Environment } from '../../../src/config/home.ts';
import type { Context } from '../../../src/context.ts';
import type { Ui } from '../../../src/output/ui.ts';

export interface RecordedContext extends Context {
  /** What was said on standard error, in order. */
  said: string[];
  /** What the command resulted in. */
  readonly answer: unknown;
}

/** A context whose output is kept, of somebody who reads along but cannot be asked. */
export function recordedContext(env: Environment): RecordedContext {
  const said: string[] = [];
  let answer: unknown;
  const say = (text: string) => void said.push(text);
  const ui: Ui = {
    json: true,
    attended: true,
    colors: picocolors.createColors(false),
    note: say,
    success: say,
    warn: say,
    tell: say,
    fail: say,
    result: (value) => {
      answer = value;
    },
    line: say,
    fields: () => {},
    table: () => {},
  };
  return {
    said,
    get answer() {
      return answer;
    },
    options: {},
    env,
    ui,
    connect: () => Promise.reject(new Error('infra commands talk to no server')),
    close: async () => {},
  };
}
