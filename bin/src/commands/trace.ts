import type { api } from '@runvoy/core';
import type { Context } from '../context.ts';
import { formatTime } from '../values/time.ts';

export default async function trace({ ui, connect }: Context, requestId: string): Promise<void> {
  const { client } = await connect();
  const found = await client.trace(requestId);
  ui.result(found, () => {
    const { executions = [], secrets = [], users = [], images = [] } = found.related_resources;
    section('Logs', found.logs ?? [], [
      { title: 'Time (UTC)', value: (entry: api.LogEvent) => formatTime(entry.timestamp) },
      { title: 'Message', value: (entry) => entry.message, shrinks: true },
    ]);
    section('Executions', executions, [
      { title: 'Execution ID', value: (execution: api.Execution) => execution.execution_id },
      { title: 'Status', value: (execution) => execution.status },
      { title: 'Command', value: (execution) => execution.command, shrinks: true },
      { title: 'User', value: (execution) => execution.created_by },
      { title: 'Started (UTC)', value: (execution) => formatTime(execution.started_at) },
    ]);
    section('Secrets', secrets, [
      { title: 'Name', value: (secret: api.Secret) => secret.name },
      { title: 'Key Name', value: (secret) => secret.key_name },
      { title: 'Created By', value: (secret) => secret.created_by },
      { title: 'Updated (UTC)', value: (secret) => formatTime(secret.updated_at) },
    ]);
    section('Users', users, [
      { title: 'Email', value: (user: api.User) => user.email },
      { title: 'Role', value: (user) => user.role },
      { title: 'Created (UTC)', value: (user) => formatTime(user.created_at) },
    ]);
    section('Images', images, [
      { title: 'Image ID', value: (image: api.Image) => image.image_id },
      { title: 'Image', value: (image) => image.image, shrinks: true },
      { title: 'Created By', value: (image) => image.created_by },
    ]);
  });

  function section<Row>(title: string, rows: readonly Row[], columns: Parameters<typeof ui.table<Row>>[0]): void {
    if (rows.length > 0) ui.line(`\n${title}`);
    ui.table(columns, rows, `${title}: none`);
  }
}
