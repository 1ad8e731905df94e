import type { Context } from '../context.ts';
import { version as cliVersion } from '../version.ts';

export default async function version({ ui, connect }: Context): Promise<void> {
  if (!ui.json) ui.fields({ 'CLI version': cliVersion });
  const { client, settings } = await connect({ anonymous: true });
  const health = await client.health();
  const { version: backend, provider, region } = health;
  ui.result(
    { cli_version: cliVersion, backend_version: backend, provider, region, endpoint: settings.endpoint ?? null },
    () => ui.fields({ 'Backend version': backend, Provider: provider, Region: region }),
  );
}
