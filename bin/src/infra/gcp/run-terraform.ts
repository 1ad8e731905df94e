import { spawn } from 'node:child_process';
import { RunvoyError } from '@runvoy/core/provider';
import type { Environment } from '../../config/home.ts';
import { type TerraformFailure, terraformFailure } from './terraform-failure.ts';

/** A line of `terraform … -json`. */
export interface TerraformLine {
  type?: string;
  '@message'?: string;
  diagnostic?: { severity: string; summary: string; detail?: string; address?: string };
  change?: { resource: { addr: string; resource_type: string }; action: string };
  hook?: { resource: { addr: string }; action?: string };
}

/** The `terraform` of this machine, in a folder; resolves to what it printed. Rejects with the cause of its failure, as its own lines tell it. */
export async function runTerraform(
  words: readonly string[],
  { folder, env }: { folder: string; env: Environment },
  onLine: (line: TerraformLine) => void,
): Promise<string> {
  const failures: TerraformFailure[] = [];
  let output = '';
  let rest = '';
  const take = (line: string) => {
    if (!line.startsWith('{"@')) return;
    const parsed = JSON.parse(line) as TerraformLine;
    const { severity, summary, detail = '', address } = parsed.diagnostic ?? {};
    if (severity === 'error')
      failures.push({ ...(address && { resource: address }), message: `${summary}: ${detail}`.trim() });
    onLine(parsed);
  };
  const child = spawn('terraform', words, {
    cwd: folder,
    env: { ...env, TF_IN_AUTOMATION: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    lines.forEach(take);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (cause) =>
      reject(
        new RunvoyError('INVALID_REQUEST', `terraform cannot be started: ${cause.message}`, {
          field: '--local',
          remedy: 'Install Terraform (1.3.10 or newer), or leave --local out: then Google runs it.',
          cause,
        }),
      ),
    );
  });
  if (code !== 0) throw terraformFailure('terraform', failures, output.slice(-2000).trim());
  return output;
}
