import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The one call of the AWS CLI that tasks of runvoy make, as a program for this Node.js: `aws ssm get-parameter --name … [--with-decryption]
 * [--query Parameter.Value] [--output text]`, with the credentials and the endpoint of the container that it runs in. Exit codes
 * and messages are the CLI's: 254 when the service refuses, 252 for a wrong command line, 253 without credentials.
 */
const aws = `
const { createHash, createHmac } = require('node:crypto');
const http = require('node:http');
const fail = (code, text) => { process.stderr.write('\\n' + text + '\\n'); process.exit(code); };
const words = process.argv.slice(2);
const option = (name) => { const at = words.indexOf(name); return at === -1 ? undefined : words[at + 1]; };
if (words[0] !== 'ssm' || words[1] !== 'get-parameter' || !option('--name'))
  fail(252, 'aws: error: the simulated AWS CLI knows ssm get-parameter --name only');
const send = (url, options, body) => new Promise((resolve, reject) => {
  const request = http.request(url, options, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => resolve({ status: response.statusCode, value: JSON.parse(Buffer.concat(chunks).toString()) }));
  });
  request.on('error', reject);
  request.end(body);
});
const hash = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
(async () => {
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: source, AWS_ENDPOINT_URL: endpoint } = process.env;
  if (!source) fail(253, 'Unable to locate credentials. You can configure credentials by running "aws configure".');
  const { value: credentials } = await send(source, { method: 'GET' });
  const region = option('--region') || process.env.AWS_REGION;
  const body = JSON.stringify({ Name: option('--name'), WithDecryption: words.includes('--with-decryption') });
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(endpoint).host,
    'x-amz-date': new Date().toISOString().replace(/[:-]|\\.\\d+/g, ''),
    'x-amz-security-token': credentials.Token,
    'x-amz-target': 'AmazonSSM.GetParameter',
  };
  const names = Object.keys(headers).sort();
  const canonical = ['POST', '/', '', ...names.map((name) => name + ':' + headers[name]), '', names.join(';'), hash(body)].join('\\n');
  const scope = [headers['x-amz-date'].slice(0, 8), region, 'ssm', 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope.join('/'), hash(canonical)].join('\\n');
  const signature = hmac(scope.reduce(hmac, 'AWS4' + credentials.SecretAccessKey), text).toString('hex');
  headers.authorization = 'AWS4-HMAC-SHA256 Credential=' + credentials.AccessKeyId + '/' + scope.join('/') +
    ', SignedHeaders=' + names.join(';') + ', Signature=' + signature;
  const { status, value } = await send(endpoint, { method: 'POST', headers }, body);
  if (status !== 200)
    fail(254, 'An error occurred (' + value.__type + ') when calling the GetParameter operation: ' + value.message);
  const found = option('--query') === 'Parameter.Value' ? value.Parameter.Value : value;
  process.stdout.write((option('--output') === 'text' && typeof found === 'string' ? found : JSON.stringify(found, null, 4)) + '\\n');
})().catch((error) => fail(255, String(error.message)));
`;

/** Alpine's package manager: what it would install is there. */
const apk = 'case "$1" in add) exit 0;; *) echo "ERROR: the simulated apk only adds" >&2; exit 1;; esac\n';

/** Puts programs into a folder, for the end of the containers' search path. */
export async function installPrograms(folder: string): Promise<void> {
  const programs = {
    // Of any other name, a package.json in a folder above would decide what kind of module it is.
    'aws.cjs': aws,
    aws: `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'aws.cjs')}' "$@"\n`,
    apk: `#!/bin/sh\n${apk}`,
  };
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
}
