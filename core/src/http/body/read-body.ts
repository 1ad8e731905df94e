import { RunvoyError } from '../../contract/errors.ts';

/** The body as text. Reading stops as soon as there is more of it than allowed. */
export async function readBody(request: Request, maximumBytes: number): Promise<string> {
  const announced = request.headers.get('content-length');
  if (announced !== null) {
    if (Number(announced) > maximumBytes) throw tooLarge(maximumBytes);
    // No HTTP server hands out more bytes than were announced.
    return request.text();
  }
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  let received = 0;
  let text = '';
  for await (const chunk of request.body) {
    received += chunk.byteLength;
    if (received > maximumBytes) throw tooLarge(maximumBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(maximumBytes: number): RunvoyError {
  return new RunvoyError('PAYLOAD_TOO_LARGE', `the request body has more than ${maximumBytes} bytes`, {
    field: 'body',
    remedy: `Send at most ${maximumBytes} bytes; an administrator can raise the limit.`,
  });
}
