import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstJsonValue } from '../../src/http/body/first-json-value.ts';
import { parseJson } from '../../src/http/body/parse-body.ts';
import { createTestApi, registerImage } from './support.ts';

describe('firstJsonValue', () => {
  test('finds the end of any value, whatever follows', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom(0, 2),
        fc.constantFrom('', ' ', ' tail', '}', ']', '{"', ',1'),
        (json, indent, tail) => {
          const text = JSON.stringify(JSON.parse(json), null, indent);
          const follows = /^-?\d/.test(text) ? ` ${tail}` : tail;
          expect(firstJsonValue(text + follows)).toEqual({ end: text.length });
          expect(parseJson(text + follows)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test('agrees with JSON.parse on what is no value', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', ':', '"', '}', ']', 'x', '\\', '\n'),
        (json, where, damage) => {
          const at = where % (json.length + 1);
          const text = json.slice(0, at) + damage + json.slice(at + 1);
          const found = firstJsonValue(text);
          if ('end' in found) JSON.parse(text.slice(0, found.end));
          else expect(() => JSON.parse(text)).toThrow();
        },
      ),
    );
  });

  test.each([
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1,2', 4],
    ['{"a":"b\nc"}', 7],
    ['{"a":"\\x"}', 6],
    ['{"a":tru}', 5],
    ['[1}', 2],
    ['  hello', 2],
    ['{"a":', 5],
    ['"open', 5],
  ])('%j stops being JSON at %i', (text, invalidAt) => {
    expect(firstJsonValue(text)).toEqual({ invalidAt });
  });

  test('a long text is no trouble', () => {
    const text = `{"a":"${'x\\n'.repeat(2_000_000)}"}`;
    expect(firstJsonValue(`${text} tail`)).toEqual({ end: text.length });
    expect(firstJsonValue('['.repeat(200_000))).toEqual({ invalidAt: 200_000 });
  });
});

describe('bodies', () => {
  test('what is not JSON is told with its place', async () => {
    const api = await createTestApi();
    const cases: [string, RegExp][] = [
      ['{"command":"x",\n  oops}', /not JSON: unexpected character at position 18 \(line 2, column 3\)/],
      ['{"command":"x"', /it ends too early at position 14 \(line 1, column 15\)/],
      ['', /the body is empty/],
      ['  \n', /the body is empty/],
    ];
    for (const [rawBody, details] of cases) {
      const answer = await api.call('POST', '/api/v1/run', { rawBody });
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ error: 'invalid request body', code: 'INVALID_REQUEST', field: 'body' });
      expect(answer.json.details).toMatch(details);
    }
  });

  test('JSON that is no object', async () => {
    const api = await createTestApi();
    for (const [rawBody, details] of [
      ['[1]', 'the body must be an object, not an array'],
      ['"x"', 'the body must be an object, not a string'],
      ['null', 'command is required'],
    ] as const) {
      const answer = await api.call('POST', '/api/v1/run', { rawBody });
      expect(answer.status).toBe(400);
      expect(answer.json.details).toBe(details);
    }
  });

  test('the size limit holds while reading, announced or not', async () => {
    const api = await createTestApi({ settings: { maximumBodyBytes: 1_000 } });
    await registerImage(api);
    const body = (size: number) => JSON.stringify({ command: 'x'.repeat(size) });
    expect((await api.call('POST', '/api/v1/run', { rawBody: body(900) })).status).toBe(202);

    const announced = body(2_000);
    const refused = await api.call('POST', '/api/v1/run', {
      rawBody: announced,
      headers: { 'Content-Length': String(announced.length) },
    });
    expect(refused.status).toBe(413);
    expect(refused.json).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      field: 'body',
      details: 'the request body has more than 1000 bytes',
    });

    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(300).fill(0x20));
      },
    });
    const unannounced = await api.call('POST', '/api/v1/run', { rawBody: endless });
    expect(unannounced.status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });

  test('characters that are cut between pieces arrive whole', async () => {
    const api = await createTestApi();
    await registerImage(api);
    const bytes = new TextEncoder().encode('{"command":"echo ✓€"}');
    const onePerPiece = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect((await api.call('POST', '/api/v1/run', { rawBody: onePerPiece })).json.command).toBe('echo ✓€');
  });

  test('names from the prototype are nothing special', async () => {
    const api = await createTestApi();
    await registerImage(api);
    const answer = await api.call('POST', '/api/v1/run', {
      rawBody: '{"command":"true","__proto__":{"image":"busybox"},"constructor":1,"env":{"constructor":"c"}}',
    });
    expect(answer.status).toBe(202);
    const [task] = api.provider.control.tasks();
    expect({ ...task!.env, ...task!.secretEnv }).toEqual({ constructor: 'c' });
  });
});
