import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secrets } from '@runvoy/core/provider';
import { fileName, readJson, replaceJson } from './files.ts';

interface Sealed {
  name: string;
  expiresAt?: number;
  iv: string;
  tag: string;
  text: string;
}

/** A file for each value, encrypted with AES-256-GCM; the name is authenticated, so that no value can be put under another. */
export function createSecrets(root: string, key: Buffer, now: () => number): Secrets {
  const folder = join(root, 'secrets');
  const pathOf = (name: string) => join(folder, `${fileName(name)}.json`);
  const isLive = (sealed: Sealed | undefined): sealed is Sealed =>
    sealed !== undefined && (sealed.expiresAt === undefined || sealed.expiresAt > now());

  return {
    async put(name, value, { expiresAt } = {}) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name));
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]).toString('base64');
      const tag = cipher.getAuthTag().toString('base64');
      await replaceJson(pathOf(name), { name, expiresAt, iv: iv.toString('base64'), tag, text });
    },
    async reveal(name) {
      const sealed = await readJson<Sealed>(pathOf(name));
      if (!isLive(sealed)) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'))
        .setAAD(Buffer.from(name))
        .setAuthTag(Buffer.from(sealed.tag, 'base64'));
      return decipher.update(sealed.text, 'base64', 'utf8') + decipher.final('utf8');
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
    async list() {
      const files = await readdir(folder).catch(() => []);
      const found = files.filter((file) => file.endsWith('.json')).map((file) => readJson<Sealed>(join(folder, file)));
      return (await Promise.all(found)).filter(isLive).map(({ name }) => name);
    },
  };
}
