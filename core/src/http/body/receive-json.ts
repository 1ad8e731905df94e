import { isRunvoyError, RunvoyError } from '../../contract/errors.ts';
import type { Call } from '../call.ts';
import { parseJson } from './parse-body.ts';
import { readBody } from './read-body.ts';

const badBodyPhrase = 'invalid request body';

/** The body of a call as a JSON value. */
export async function receiveJson(call: Call): Promise<unknown> {
  const { phrase } = call;
  call.phrase = badBodyPhrase;
  let text: string;
  try {
    text = await readBody(call.request, call.settings.maximumBodyBytes);
  } catch (error) {
    if (isRunvoyError(error)) throw error;
    throw new RunvoyError('CANCELLED', 'the request body could not be read', { cause: error });
  }
  const value = parseJson(text);
  call.phrase = phrase;
  return value;
}
