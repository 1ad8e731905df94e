import { useEffect, useRef } from 'preact/hooks';
import { Header } from './components/header.tsx';
import { Help, helpShown } from './components/help.tsx';
import { Empty } from './components/notices.tsx';
import { Page } from './components/page.tsx';
import { SessionNotices } from './components/session-notices.tsx';
import { Toasts } from './components/toasts.tsx';
import { useKeys } from './keyboard.ts';
import { navigate, place } from './navigation.ts';
import { pageAt, pages } from './pages/pages.tsx';
import { apiKey } from './session.ts';

export function App() {
  const { path, query, hash } = place.value;
  const page = pageAt(path);
  const locked = page !== undefined && !page.open && apiKey.value === undefined;
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);

  useEffect(() => {
    if (!locked) return;
    const next = path + (query.size > 0 ? `?${query}` : '') + (hash && `#${hash}`);
    navigate(next === '/' ? '/claim' : `/claim?next=${encodeURIComponent(next)}`, { replace: true });
  }, [locked]);

  // Whoever uses a keyboard or a screen reader goes on in the new page.
  useEffect(() => {
    if (shown.current !== path) main.current?.focus();
    shown.current = path;
  }, [path]);

  useKeys({
    '?': () => {
      helpShown.value = true;
    },
    ...Object.fromEntries(
      Object.entries(pages).flatMap(([to, { key }]) => (key ? [[`g ${key}`, () => navigate(to)]] : [])),
    ),
  });

  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <main id="main" ref={main} tabIndex={-1} data-page={path}>
        <SessionNotices />
        {page ? locked ? null : <page.component key={path} /> : <NoSuchPage path={path} />}
      </main>
      <Toasts />
      <Help />
    </>
  );
}

function NoSuchPage({ path }: { path: string }) {
  return (
    <Page title="No such page">
      <Empty title={`There is nothing at ${path}`}>
        <p>
          Go to <a href="/executions">the executions</a>, or <a href="/">run a command</a>.
        </p>
      </Empty>
    </Page>
  );
}
