import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { place } from '../navigation.ts';
import { pages } from '../pages/pages.tsx';
import { apiKey, whoami } from '../session.ts';
import { Icon } from './icon.tsx';

const links = Object.entries(pages).flatMap(([path, { title }]) => (title ? [{ path, title }] : []));

export function Header() {
  const open = useSignal(false);
  const { path } = place.value;
  // A page that was chosen closes the menu.
  useEffect(() => {
    open.value = false;
  }, [path]);
  return (
    <header class="site-header">
      <a class="brand" href="/executions">
        <Icon name="play" />
        runvoy
      </a>
      <button
        type="button"
        class="menu-button quiet"
        aria-expanded={open.value}
        aria-controls="navigation"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name="menu" />
        Menu
      </button>
      <nav id="navigation" aria-label="Pages" class={open.value ? 'open' : ''}>
        <ul>
          {links.map((link) => (
            <li key={link.path}>
              <a href={link.path} aria-current={isCurrent(link.path, path) ? 'page' : undefined}>
                {link.title}
              </a>
            </li>
          ))}
        </ul>
        <Account path={path} />
      </nav>
    </header>
  );
}

function Account({ path }: { path: string }) {
  const user = whoami.value;
  const signedIn = apiKey.value !== undefined;
  return (
    <a
      class="account"
      href={signedIn ? '/settings' : '/claim'}
      aria-current={path === '/settings' ? 'page' : undefined}
    >
      {signedIn ? (
        <>
          <span class="account-email">{user?.email ?? 'Settings'}</span>
          {user && <span class="role">{user.role}</span>}
        </>
      ) : (
        'Sign in'
      )}
    </a>
  );
}

function isCurrent(link: string, path: string): boolean {
  return link === path || (link === '/executions' && path === '/logs');
}
