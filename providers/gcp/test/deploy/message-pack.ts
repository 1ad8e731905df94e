/** A value that is known only after an apply, as Terraform writes it: an extension, whose content are hints. */
export class Unknown {
  readonly type: number;
  readonly content: Buffer;
  constructor(type = 0, content: Buffer = Buffer.from([0])) {
    this.type = type;
    this.content = content;
  }
}

/** MessagePack as Terraform's protocol uses it. (Libraries keep extension 0 for themselves, which is the one that is needed.) */
export function decode(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes);
  let at = 0;
  const take = (length: number): Buffer => {
    at += length;
    return buffer.subarray(at - length, at);
  };
  const unsigned = (length: number): number =>
    length === 8 ? Number(take(8).readBigUInt64BE()) : take(length).readUIntBE(0, length);
  const signed = (length: number): number =>
    length === 8 ? Number(take(8).readBigInt64BE()) : take(length).readIntBE(0, length);
  const text = (length: number): string => take(length).toString();
  const list = (length: number): unknown[] => Array.from({ length }, read);
  const map = (length: number): unknown => Object.fromEntries(Array.from({ length }, () => [String(read()), read()]));
  const extension = (length: number): Unknown => new Unknown(signed(1), Buffer.from(take(length)));

  function read(): unknown {
    const code = unsigned(1);
    if (code < 0x80) return code;
    if (code < 0x90) return map(code & 0x0f);
    if (code < 0xa0) return list(code & 0x0f);
    if (code < 0xc0) return text(code & 0x1f);
    if (code >= 0xe0) return code - 0x100;
    if (code === 0xc0) return null;
    if (code === 0xc2 || code === 0xc3) return code === 0xc3;
    if (code <= 0xc6) return Buffer.from(take(unsigned(1 << (code - 0xc4))));
    if (code <= 0xc9) return extension(unsigned(1 << (code - 0xc7)));
    if (code === 0xca) return take(4).readFloatBE();
    if (code === 0xcb) return take(8).readDoubleBE();
    if (code <= 0xcf) return unsigned(1 << (code - 0xcc));
    if (code <= 0xd3) return signed(1 << (code - 0xd0));
    if (code <= 0xd8) return extension(1 << (code - 0xd4));
    if (code <= 0xdb) return text(unsigned(1 << (code - 0xd9)));
    return code <= 0xdd ? list(unsigned(2 << (code - 0xdc))) : map(unsigned(2 << (code - 0xde)));
  }
  return read();
}

export function encode(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xc0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'number') {
    const number = Buffer.from([0xcb, 0, 0, 0, 0, 0, 0, 0, 0]);
    number.writeDoubleBE(value, 1);
    return number;
  }
  if (typeof value === 'string') return withLength(0xdb, Buffer.byteLength(value), [Buffer.from(value)]);
  if (value instanceof Unknown)
    return Buffer.concat([Buffer.from([0xc7, value.content.length, value.type]), value.content]);
  if (Array.isArray(value)) return withLength(0xdd, value.length, value.map(encode));
  const entries = Object.entries(value);
  return withLength(
    0xdf,
    entries.length,
    entries.flatMap(([name, each]) => [encode(name), encode(each)]),
  );
}

function withLength(code: number, length: number, parts: Buffer[]): Buffer {
  const head = Buffer.from([code, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, ...parts]);
}
