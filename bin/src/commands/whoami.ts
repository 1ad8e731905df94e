import type { Context } from '../context.ts';

export default async function whoami({ ui, connect }: Context): Promise<void> {
  const { client, settings } = await connect();
  const identity = await client.whoami();
  ui.result({ ...identity, endpoint: settings.endpoint ?? null }, () =>
    ui.fields({
      Email: identity.email,
      Role: identity.role,
      Server: settings.endpoint ?? 'this machine',
      Provider: identity.provider,
      'Server version': identity.version,
    }),
  );
}
