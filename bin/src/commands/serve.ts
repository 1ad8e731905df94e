import { localUser } from '../connection/local-user.ts';
import type { Context } from '../context.ts';
import { interrupted } from './interrupted.ts';

export interface ServeOptions {
  host?: string;
  port?: string;
  adminEmail?: string;
}

/** The server in the foreground, until SIGTERM or Ctrl-C. */
export default async function serve({ ui, env }: Context, options: ServeOptions): Promise<void> {
  const { startServer } = await import('../server.ts');
  const server = await startServer({
    adminEmail: options.adminEmail ?? localUser(),
    env: {
      ...env,
      ...(options.host === undefined ? {} : { RUNVOY_HOST: options.host }),
      ...(options.port === undefined ? {} : { RUNVOY_PORT: options.port }),
    },
  });
  const { url, admin } = server;
  ui.result({ url, ...(admin ? { admin: { email: admin.email, api_key: admin.apiKey } } : {}) }, () => {
    ui.fields({ URL: url, Admin: admin?.email, 'API Key': admin?.apiKey });
    if (admin) {
      ui.warn('The key is shown only now');
      ui.note(`To use it: open ${url} in a browser, or runvoy configure --endpoint ${url} --api-key <key>`);
    }
  });
  await interrupted();
  ui.note('Shutting down; press Ctrl-C again to end at once');
  await server.close();
}
