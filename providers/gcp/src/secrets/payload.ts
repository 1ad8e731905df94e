const onlyNulls = /^\0*$/;

/** Secret Manager refuses an empty payload. So one NUL more than there is stands for a value of none or of NULs alone. */
export function toPayload(value: string): Buffer {
  return Buffer.from(onlyNulls.test(value) ? `${value}\0` : value);
}

export function fromPayload(payload: Uint8Array | string): string {
  const value = typeof payload === 'string' ? payload : Buffer.from(payload).toString();
  return onlyNulls.test(value) ? value.slice(0, -1) : value;
}
