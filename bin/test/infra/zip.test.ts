import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zip } from '../../src/infra/zip.ts';
import { temporaryFolder } from '../support/cli.ts';

const read = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, z.read(i).decode(), i.date_time[0], oct(i.external_attr >> 16)] for i in z.infolist()]))`;

test('another program reads the same files, readable and dated 1980', () => {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, 'a.zip');
    const large = 'line\n'.repeat(20_000);
    writeFileSync(path, zip({ 'b/ü.txt': Buffer.from(large), 'a.txt': Buffer.from('') }));
    const { stdout, stderr } = spawnSync('python3', ['-c', read, path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      ['a.txt', '', 1980, '0o100644'],
      ['b/ü.txt', large, 1980, '0o100644'],
    ]);
  } finally {
    folder.remove();
  }
});

test('the order of the files makes no difference', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  expect(zip({ a, b }).equals(zip({ b, a }))).toBe(true);
});
