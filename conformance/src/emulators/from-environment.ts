import { type EmulatorName, type Source, variables } from './emulator.ts';
import { answers } from './until-ready.ts';

/** One that somebody has started, and that the environment names. It is not ours to end. */
export function fromEnvironment(name: EmulatorName): Source {
  const variable = variables[name];
  return async ({ env }) => {
    const value = env[variable];
    if (!value) return { no: `${variable} is not set` };
    const host = value.replace(/^https?:\/\//, '').replace(/\/$/, '');
    if (!(await answers(host))) return { no: `${variable}=${value}, but nothing answers there` };
    return { name, host, engine: name, version: 'unknown', found: variable, stop: async () => {} };
  };
}
