import { mapBounded } from '../concurrency/map-bounded.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';

/** The environment variables that secrets stand for. Rejects, and gives nothing, when one of them cannot be had. */
export async function revealEnvironment(
  { store, secrets }: Pick<Provider, 'store' | 'secrets'>,
  names: readonly string[],
  atOnce: number,
  call: CallOptions,
): Promise<Record<string, string>> {
  const distinct = [...new Set(names)];
  if (distinct.some((name) => name.trim() === ''))
    throw invalid('secret names cannot be empty', 'Name each secret, or leave the list out.');

  const revealed = await mapBounded(distinct, atOnce, async (name) => {
    const revealing = secrets.reveal(name, call);
    // It is asked for early, and heard of late: that there is no such secret says more than what the vault makes of its name.
    revealing.catch(() => undefined);
    const document = await store.get('secrets', name, call);
    if (!document) throw missing(`secret not found: ${name}`, 'Check the name, or create the secret.');
    const value = await revealing;
    if (value === undefined) throw missing(`secret ${name} has no value`, `Give it one: update the secret ${name}.`);
    return { name, variable: document.key_name, value };
  });

  const environment: Record<string, string> = {};
  const origins = new Map<string, string>();
  for (const { name, variable, value } of revealed) {
    const other = origins.get(variable);
    if (other !== undefined)
      throw invalid(`secrets ${other} and ${name} both set ${variable}`, 'Use one of them, or change its key_name.');
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable))
      throw invalid(`secret ${name} has a key_name that names no variable: ${variable}`, `Update the secret ${name}.`);
    origins.set(variable, name);
    environment[variable] = value;
  }
  return environment;
}

function invalid(message: string, remedy: string): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', message, { field: 'secrets', remedy });
}

function missing(message: string, remedy: string): RunvoyError {
  return new RunvoyError('SECRET_NOT_FOUND', message, { field: 'secrets', remedy });
}
