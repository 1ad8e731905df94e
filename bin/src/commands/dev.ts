import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { interrupted } from './interrupted.ts';

export interface DevOptions {
  port: string;
  serverLog?: boolean;
}

/**
 * A whole cloud on this machine for as long as something uses it: a command, a shell in which `runvoy` talks to it, or, where
 * neither is given nor anybody there, until it is told to end. Nothing that is configured is changed.
 */
export default async function dev(
  { ui, env, options: { json } }: Context,
  cloud: string,
  words: readonly string[],
  { port, serverLog }: DevOptions,
): Promise<number> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new RunvoyError('INVALID_REQUEST', `--port must be a number up to 65535: ${JSON.stringify(port)}`, {
      field: '--port',
      remedy: 'Leave it out, and any port that is free is taken.',
    });
  const { runWith, startDev } = await import('../server.ts');
  const folder = await mkdtemp(join(tmpdir(), 'runvoy-dev-'));
  try {
    const started = await startDev(cloud, {
      port: Number(port),
      folder,
      log: (line) => void (serverLog && process.stderr.write(`${line.trimEnd()}\n`)),
    });
    try {
      const { url, admin, describe } = started;
      for (const line of describe) ui.note(line);
      const settings = { RUNVOY_API_ENDPOINT: url, ...(admin && { RUNVOY_API_KEY: admin.apiKey }) };
      const configured = { ...env, ...settings };
      if (words.length > 0) return await runWith(words, configured);
      if (process.stdin.isTTY && process.stdout.isTTY && !json) {
        ui.tell(`${url}: in this shell, runvoy talks to it; leave the shell, and it is gone`);
        return await runWith([env.SHELL || '/bin/sh'], configured);
      }
      ui.result({ url, admin: admin && { email: admin.email, api_key: admin.apiKey } }, () => {
        for (const [name, value] of Object.entries(settings)) ui.line(`export ${name}=${value}`);
      });
      await interrupted();
      return 0;
    } finally {
      await started.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
