import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

export interface PageProps {
  title: string;
  /** In the browser's title, when it differs. */
  windowTitle?: string;
  description?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, windowTitle = title, description, actions, children }: PageProps) {
  useWindowTitle(windowTitle);
  return (
    <>
      <header class="page-header">
        <div>
          <h1>{title}</h1>
          {description && <p class="muted">{description}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export function useWindowTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · runvoy`;
  }, [title]);
}
