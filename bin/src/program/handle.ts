import type { Command } from 'commander';
import { type Context, createContext } from '../context.ts';
import { endOnBrokenPipe } from '../stream/output.ts';
import { readGlobalOptions, readOwnOptions } from './global-options.ts';

/** The rest of a command, loaded when it is used; what it resolves to is the exit code, 0 if nothing. */
// biome-ignore lint/suspicious/noExplicitAny: commander's arguments have no types; each command states its own
export type Handler = (context: Context, ...values: any[]) => Promise<number> | Promise<void>;

/** An action for commander, which hands over the arguments, the options and the command itself. */
export function handle(load: (command: Command) => Promise<Handler>): (...values: unknown[]) => Promise<void> {
  return async (...values) => {
    const command = values.pop() as Command;
    endOnBrokenPipe();
    const context = createContext(readGlobalOptions(command), { ...process.env });
    try {
      const handler = await load(command);
      process.exitCode = (await handler(context, ...values.slice(0, -1), readOwnOptions(command))) ?? 0;
    } finally {
      await context.close();
    }
  };
}
