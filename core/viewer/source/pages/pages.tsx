import type { ComponentType } from 'preact';
import type { ViewerPath } from '../../../src/http/viewer/viewer-paths.ts';
import { ApiPage } from './api/api-page.tsx';
import { ClaimPage } from './claim-page.tsx';
import { ExecutionsPage } from './executions/executions-page.tsx';
import { HealthPage } from './health/health-page.tsx';
import { ImagesPage } from './images/images-page.tsx';
import { LogsPage } from './logs/logs-page.tsx';
import { RunPage } from './run/run-page.tsx';
import { SecretsPage } from './secrets/secrets-page.tsx';
import { SettingsPage } from './settings-page.tsx';
import { TracePage } from './trace-page.tsx';
import { UsersPage } from './users/users-page.tsx';

export interface PageEntry {
  component: ComponentType;
  /** In the navigation. */
  title?: string;
  /** Pressed after `g`. */
  key?: string;
  /** Can be shown without a key. */
  open?: boolean;
}

/** In the order of the navigation. */
export const pages: Record<ViewerPath, PageEntry> = {
  '/': { component: RunPage, title: 'Run', key: 'r' },
  '/executions': { component: ExecutionsPage, title: 'Executions', key: 'e' },
  '/images': { component: ImagesPage, title: 'Images', key: 'i' },
  '/secrets': { component: SecretsPage, title: 'Secrets', key: 's' },
  '/users': { component: UsersPage, title: 'Users', key: 'u' },
  '/health': { component: HealthPage, title: 'Health', key: 'h' },
  '/trace': { component: TracePage, title: 'Trace', key: 't' },
  '/api': { component: ApiPage, title: 'API', key: 'a', open: true },
  '/settings': { component: SettingsPage, key: ',', open: true },
  '/logs': { component: LogsPage },
  '/claim': { component: ClaimPage, open: true },
};

export function pageAt(path: string): PageEntry | undefined {
  return Object.hasOwn(pages, path) ? pages[path as ViewerPath] : undefined;
}
