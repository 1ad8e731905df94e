import { RunvoyError, type Secrets } from '../../src/provider.ts';

/** Reference of the `secrets` facet. */
export function createMemorySecrets(now: () => number): Secrets {
  const values = new Map<string, { value: string; expiresAt: number }>();

  const live = (name: string): string | undefined => {
    const entry = values.get(name);
    return entry && entry.expiresAt > now() ? entry.value : undefined;
  };

  return {
    async put(name, value, options) {
      checkName(name);
      if (Buffer.byteLength(value) > 65_536)
        throw new RunvoyError('PAYLOAD_TOO_LARGE', `the value of ${name} has more than 65,536 bytes`);
      values.set(name, {
        value,
        expiresAt: options?.expiresAt ?? Number.POSITIVE_INFINITY,
      });
    },
    async reveal(name) {
      checkName(name);
      return live(name);
    },
    async remove(name) {
      checkName(name);
      values.delete(name);
    },
    async list() {
      return [...values.keys()].filter((name) => live(name) !== undefined);
    },
  };
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9._/-]{1,255}$/.test(name))
    throw new RunvoyError('INVALID_REQUEST', 'names are 1 to 255 characters of A-Z a-z 0-9 . _ / -', {
      field: 'name',
    });
}
