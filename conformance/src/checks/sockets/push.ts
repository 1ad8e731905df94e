import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `sockets.${what}`,
  level: 'MUST',
  facet: 'sockets',
  needs: ['sockets', 'harness.viewers'],
  sentence,
  why,
  run,
  ...more,
});

export const socketChecks: readonly Check[] = [
  check(
    'push.arrives',
    'A text that is pushed arrives at its viewer as it is, and at no other, and push says sent.',
    'Viewers would see nothing, or the output of others.',
    async ({ provider: { sockets }, deployment, until }) => {
      const [viewer, other] = [await deployment.connectViewer!(), await deployment.connectViewer!()];
      const text = '{"a":"\\u0000 é 👩‍👩‍👧"}\n';
      equal(await sockets!.push(viewer.connection, text), 'sent', 'what push says');
      equal(await sockets!.push(other.connection, 'other'), 'sent', 'what push says of the other');
      await until('the texts to arrive', () => viewer.received().length > 0 && other.received().length > 0);
      deepEqual([viewer.received(), other.received()], [[text], ['other']], 'what the two viewers received');
    },
  ),
  check(
    'push.order',
    'Texts for one connection arrive in the order in which push was called, though nobody waited in between.',
    'Output would be jumbled.',
    async ({ provider: { sockets }, deployment, until }) => {
      const viewer = await deployment.connectViewer!();
      const texts = Array.from({ length: 100 }, (_, n) => `text ${n} ${'x'.repeat((n * 37) % 500)}`);
      await Promise.all(texts.map((text) => sockets!.push(viewer.connection, text)));
      await until('the texts to arrive', () => viewer.received().length >= 100);
      deepEqual(viewer.received(), texts, 'what the viewer received');
    },
  ),
  check(
    'push.gone',
    'push says gone of a socket that the viewer has closed, that was closed by close, or that never was.',
    'A server would push to viewers who have left, for ever.',
    async ({ provider: { sockets }, deployment, until }) => {
      const [left, closed] = [await deployment.connectViewer!(), await deployment.connectViewer!()];
      await left.disconnect();
      await sockets!.close(closed.connection);
      for (const connection of [left.connection, closed.connection])
        await until('push to say gone', async () => (await sockets!.push(connection, 'text')) === 'gone');
    },
  ),
  check(
    'push.dead-viewer',
    'A viewer who reads nothing does not delay the texts of others.',
    'One stalled browser would stop the output for everybody.',
    async ({ provider: { sockets }, deployment, until, during }) => {
      const [dead, lively] = [await deployment.connectViewer!(), await deployment.connectViewer!()];
      dead.stall();
      const large = 'x'.repeat(Math.min(sockets!.maximumBytes, 100_000));
      const stuck = Array.from({ length: 50 }, () => sockets!.push(dead.connection, large));
      for (const push of stuck) push.catch(() => undefined);
      for (let n = 0; n < 10; n++)
        await during('a push beside a stalled viewer', sockets!.push(lively.connection, `${n}`));
      await until('the texts of the lively viewer', () => lively.received().length === 10);
      deepEqual(lively.received(), [...'0123456789'], 'what the lively viewer received');
    },
  ),
  check(
    'push.maximum',
    'A text may have maximumBytes.',
    'Long lines would never reach a viewer: core splits by that figure.',
    async ({ provider: { sockets }, deployment, until }) => {
      const viewer = await deployment.connectViewer!();
      const text = 'x'.repeat(sockets!.maximumBytes);
      equal(await sockets!.push(viewer.connection, text), 'sent', 'what push says');
      await until('the text to arrive', () => viewer.received().length === 1);
      ok(viewer.received()[0] === text, 'the text arrives whole');
    },
  ),
  check(
    'close',
    'close closes the viewer’s socket, and closing one that is gone is no error.',
    'Viewers of a finished run would wait for ever.',
    async ({ provider: { sockets }, deployment, until }) => {
      const viewer = await deployment.connectViewer!();
      await sockets!.close(viewer.connection);
      await until('the socket to be closed', () => viewer.closed);
      await sockets!.close(viewer.connection);
      await sockets!.close('no-such-connection=');
    },
  ),
  check(
    'limits',
    'maximumBytes and lifetimeSeconds are positive numbers.',
    'Core would split texts into nothing, or reconnect viewers all the time.',
    async ({ provider: { sockets } }) => {
      ok(sockets!.maximumBytes >= 1024, `maximumBytes of at least 1,024: ${sockets!.maximumBytes}`);
      ok(sockets!.lifetimeSeconds >= 60, `lifetimeSeconds of at least 60: ${sockets!.lifetimeSeconds}`);
    },
    { needs: ['sockets'] },
  ),
];
