import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fillMarkers } from '../../scripts/fill-markers.ts';
import { renderGuide } from '../../scripts/render-guide.ts';

const file = new URL('../../README.md', import.meta.url);
const guide = readFileSync(file, 'utf8');

it('the authoring guide is what its sources say: npm run docs -w @runvoy/conformance', async () => {
  expect(guide === (await renderGuide(guide))).toBe(true);
});

it('its links lead somewhere', () => {
  const anchors = [...guide.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...guide.matchAll(/\]\((?<target>[^)\s]+)\)/g)].map(({ groups }) => groups!.target!);
  expect(links.length).toBeGreaterThan(20);
  const broken = links.filter((target) => {
    if (target.startsWith('https:')) return false;
    return target.startsWith('#') ? !anchors.includes(target.slice(1)) : !existsSync(new URL(target, file));
  });
  expect(broken).toEqual([]);
});

it('the harness of the example has fewer than 25 lines', () => {
  const harness = readFileSync(new URL('../../example/my.harness.ts', import.meta.url), 'utf8');
  expect(harness.trimEnd().split('\n').length).toBeLessThan(25);
});

it('a marker that nothing fills is an error', async () => {
  await expect(fillMarkers('<!-- begin typo -->\n<!-- end typo -->\n', {})).rejects.toThrow('typo');
});

it('filling twice is filling once', async () => {
  const fill = (text: string) => fillMarkers(text, { n: (argument) => `value of ${argument}` });
  const once = await fill('before\n<!-- begin n a -->\nold\n<!-- end n -->\nafter\n');
  expect(once).toBe('before\n<!-- begin n a -->\n\nvalue of a\n\n<!-- end n -->\nafter\n');
  expect(await fill(once)).toBe(once);
});
