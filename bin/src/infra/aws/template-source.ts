import { readFile } from 'node:fs/promises';
import { RunvoyError } from '@runvoy/core/provider';
import { shippedFile } from '../shipped-files.ts';

/** CloudFormation takes a template of up to 51,200 bytes by itself, and a larger one from a bucket. */
export const maximumTemplateBytes = 51_200;

/** The template as CloudFormation's actions take it: by its text, or by the URL of an object. */
export async function templateParameter(
  source: string | undefined,
): Promise<{ TemplateBody: string } | { TemplateURL: string }> {
  if (source?.startsWith('s3://')) {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(source) ?? [];
    if (bucket === undefined || key === undefined) throw wrongTemplate(source, 'is not s3://<bucket>/<key>');
    return { TemplateURL: `https://${bucket}.s3.amazonaws.com/${key}` };
  }
  if (source !== undefined && /^https:\/\/[^/]*\.?s3[.-][^/]*amazonaws\.com/.test(source))
    return { TemplateURL: source };
  const text = source !== undefined && /^https?:\/\//.test(source) ? await download(source) : await read(source);
  if (Buffer.byteLength(text) > maximumTemplateBytes)
    throw wrongTemplate(
      source ?? 'the template',
      `has more than ${maximumTemplateBytes} bytes`,
      'Put it into a bucket, and give s3://<bucket>/<key>.',
    );
  return { TemplateBody: text };
}

async function read(path: string | undefined): Promise<string> {
  try {
    return await readFile(path ?? shippedFile('aws', 'cloudformation.yaml'), 'utf8');
  } catch (error) {
    throw wrongTemplate(path ?? 'the template', `cannot be read: ${(error as Error).message}`);
  }
}

async function download(url: string): Promise<string> {
  const response = await fetch(url).catch((error: unknown) => {
    throw wrongTemplate(url, `cannot be fetched: ${String((error as Error).cause ?? error)}`);
  });
  if (!response.ok) throw wrongTemplate(url, `cannot be fetched: HTTP status ${response.status}`);
  return response.text();
}

function wrongTemplate(
  source: string,
  problem: string,
  remedy = 'Give a file, an https:// URL or s3://<bucket>/<key>, or leave --template out.',
) {
  return new RunvoyError('INVALID_REQUEST', `${source} ${problem}`, { field: '--template', remedy });
}
