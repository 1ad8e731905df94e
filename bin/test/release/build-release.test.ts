import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRelease } from '../../../.ci/release/build-release.ts';
import { temporaryFolder } from '../support/cli.ts';
import { until } from '../support/until.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = temporaryFolder();
const output = (name: string) => join(folder.path, name);
let sums: Record<string, string>;

beforeAll(async () => {
  sums = await buildRelease({ root, output: output('one'), version: '1.2.3' });
}, 60_000);
afterAll(() => folder.remove());

test('built twice, every byte and every date is the same', async () => {
  expect(await buildRelease({ root, output: output('two'), version: '1.2.3' })).toEqual(sums);
  const files = readdirSync(output('one'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBe(Object.keys(sums).length + 1);
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name).slice(output('one').length);
    expect(readFileSync(output(`two${path}`)).equals(readFileSync(output(`one${path}`)))).toBe(true);
    expect(statSync(output(`one${path}`)).mtime.toISOString()).toBe('1980-01-01T00:00:00.000Z');
  }
});

test('SHA256SUMS is what sha256sum makes', () => {
  const { status, stdout } = spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {
    cwd: output('one'),
    encoding: 'utf8',
  });
  expect(`${status}${stdout}`).toBe('0');
});

test('the bill of materials names what is inside, with licences and hashes', () => {
  const bom = JSON.parse(readFileSync(output('one/runvoy-server.cdx.json'), 'utf8'));
  expect(bom).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { name: 'runvoy-server', version: '1.2.3' } },
  });
  const hono = bom.components.find(({ name }: { name: string }) => name === 'hono');
  expect(hono).toMatchObject({
    licenses: [{ license: { id: 'MIT' } }],
    hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
  });
  for (const { name, licenses } of bom.components) expect([name, licenses]).toEqual([name, expect.any(Array)]);
});

test('a start without settings fails, and leaves the compiled code that the image keeps', () => {
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: output('cache'), RUNVOY_BACKEND_PROVIDER: 'gcp' };
  const [, words = ''] = /^RUN ! RUNVOY_BACKEND_PROVIDER=gcp node (\S+)/m.exec(
    readFileSync(output('one/image/Dockerfile'), 'utf8'),
  )!;
  const { status } = spawnSync(process.execPath, [words], { cwd: output('one/image/app'), env });
  expect(status).toBe(1);
  const files = readdirSync(output('cache'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files).not.toEqual([]);
});

test('the image is not root, has one process and no health check that Google would intercept', () => {
  const dockerfile = readFileSync(output('one/image/Dockerfile'), 'utf8');
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  expect(dockerfile).toMatch(/^ENTRYPOINT \["node", "\/app\/server\.cjs"\]$/m);
  expect(dockerfile).not.toContain('healthz');
  // All that is copied is there.
  const names = ['LICENSE', 'health.cjs', 'sbom.cdx.json', 'server.cjs', 'viewer'];
  expect(readdirSync(output('one/image/app')).sort()).toEqual(names);
});

test('what is in the image serves, writes nothing beside itself, and ends when it is told to', async () => {
  const port = await freePort();
  const app = output('one/image/app');
  const env = {
    PATH: process.env.PATH,
    RUNVOY_HOST: '127.0.0.1',
    RUNVOY_PORT: String(port),
    RUNVOY_HOME: output('home'),
    RUNVOY_BACKEND_PROVIDER: join(root, 'providers/local/src/index.ts'),
  };
  const health = () => spawnSync(process.execPath, [join(app, 'health.cjs')], { env }).status;
  expect(health()).toBe(1);
  const server = spawn(process.execPath, ['--conditions=source', join(app, 'server.cjs')], { env, stdio: 'ignore' });
  const ended = new Promise((done) => server.once('exit', done));
  try {
    await until(() => health() === 0, 'the server answers');
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const [script] = /\/assets\/viewer-[^"]+/.exec(await page.text())!;
    expect((await fetch(`http://127.0.0.1:${port}${script}`)).status).toBe(200);
  } finally {
    server.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
  expect(readdirSync(app)).toHaveLength(5);
});

test('without settings it says which are missing, and ends', () => {
  const { status, stderr } = spawnSync(process.execPath, [output('one/image/app/server.cjs')], {
    env: { PATH: process.env.PATH, RUNVOY_BACKEND_PROVIDER: 'nowhere' },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(JSON.parse(stderr.trim())).toMatchObject({
    level: 'error',
    msg: expect.stringContaining('no provider "nowhere" found'),
  });
});

test('the code of each function is an archive that exports the handler of the template; the viewer is beside its server', () => {
  for (const name of ['runvoy-orchestrator', 'runvoy-event-processor']) {
    const archive = output(`one/${name}.zip`);
    expect(statSync(archive).size).toBeLessThan(3 * 1024 * 1024);
    const unpacked = output(name);
    const { status, stdout } = spawnSync('python3', ['-c', unpack, archive, unpacked], { encoding: 'utf8' });
    const viewer = name === 'runvoy-orchestrator' ? / viewer\/assets\/.* viewer\/index\.html$/ : /^LICENSE index\.js$/;
    expect([status, stdout.trim()]).toEqual([0, expect.stringMatching(viewer)]);
    // As on Lambda, where there is no package.json of ours above it.
    writeFileSync(join(unpacked, 'package.json'), '{"type":"commonjs"}');
    const program = `console.log(typeof require(${JSON.stringify(join(unpacked, 'index.js'))}).handler); process.exit()`;
    const env = { PATH: process.env.PATH, AWS_REGION: 'eu-west-1' };
    expect(spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' }).stdout.trim()).toBe('function');
  }
});
const unpack =
  'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2]); print(*z.namelist())';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
