import { describe, expect, it } from 'vitest';
import { Mask } from '../../src/product/mask.ts';
import { maskJson } from '../../src/product/mask-json.ts';

const id = '0123456789abcdef0123456789abcdef';

describe('Mask', () => {
  it('numbers the values of a kind in the order in which they are met, and knows them again', () => {
    const mask = new Mask();
    expect([mask.learn('key', 'one'), mask.learn('key', 'two'), mask.learn('key', 'one')]).toEqual([
      '<key-1>',
      '<key-2>',
      '<key-1>',
    ]);
    expect(mask.text('GET /keys/two?one=one')).toBe('GET /keys/<key-2>?<key-1>=<key-1>');
  });

  it('replaces whole words only, the longest first, whatever characters are in them', () => {
    const mask = new Mask();
    mask.name('host', 'image');
    mask.name('host:1+(x)', 'other');
    expect(mask.text('host localhost host:1+(x) hosts')).toBe('<image> localhost <other> hosts');
  });

  it('knows a value in a URL, too', () => {
    const mask = new Mask();
    mask.learn('cursor', 'a/b:c');
    expect(mask.text('?after=a%2Fb%3Ac')).toBe('?after=<cursor-1>');
  });

  it('leaves a text alone as long as nothing was learnt', () => {
    expect(new Mask().text('a text')).toBe('a text');
  });
});

describe('maskJson', () => {
  it('replaces ids, times and what differs by provider, and keeps the rest', () => {
    const mask = new Mask();
    const body = {
      execution_id: id,
      started_at: '2026-01-31T08:00:00Z',
      cloud: 'LOCAL',
      exit_code: 0,
      reason_detail: 'in its own words',
      events: [{ event_id: '1', timestamp: 17, message: `about ${id}` }],
    };
    expect(maskJson(body, mask)).toEqual({
      execution_id: '<execution-1>',
      started_at: '<time>',
      cloud: '<provider>',
      exit_code: 0,
      events: [{ event_id: '1', timestamp: '<time>', message: 'about <execution-1>' }],
    });
  });

  it('knows an id that is in a sentence before it is in a field', () => {
    const body = { details: `failed (execution ${id})`, request_id: 'a-request' };
    expect(maskJson(body, new Mask())).toEqual({
      details: 'failed (execution <execution-1>)',
      request_id: '<request-1>',
    });
  });
});
