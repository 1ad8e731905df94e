import type { api } from '@runvoy/core';
import type { Context } from '../context.ts';
import { formatTime } from '../values/time.ts';

export async function create({ ui, connect }: Context, email: string, options: { role: string }): Promise<void> {
  const { client } = await connect();
  const created = await client.createUser({ email, role: options.role });
  ui.result(created, () => showInvitation(ui, created));
}

export async function rotate({ ui, connect }: Context, email: string): Promise<void> {
  const { client } = await connect();
  const rotated = await client.rotateUser(email);
  ui.result(rotated, () => showInvitation(ui, rotated));
}

export async function list({ ui, connect }: Context): Promise<void> {
  const { client } = await connect();
  const users = await client.listUsers();
  ui.result({ users }, () =>
    ui.table(
      [
        { title: 'Email', value: (user: api.User) => user.email },
        { title: 'Role', value: (user) => user.role },
        { title: 'Status', value: (user) => (user.revoked ? 'Revoked' : user.pending ? 'Invited' : 'Active') },
        { title: 'Created (UTC)', value: (user) => formatTime(user.created_at) },
        { title: 'Last Used (UTC)', value: (user) => formatTime(user.last_used) || 'Never' },
      ],
      users,
      'No users',
    ),
  );
}

export async function revoke({ ui, connect }: Context, email: string): Promise<void> {
  const { client } = await connect();
  const answer = await client.revokeUser(email);
  ui.result(answer, () => ui.fields({ Email: answer.email, Message: answer.message }));
}

export async function role({ ui, connect }: Context, email: string, newRole: string): Promise<void> {
  const { client } = await connect();
  const user = await client.changeRole(email, newRole);
  ui.result(user, () => ui.fields({ Email: user.email, Role: user.role }));
}

function showInvitation(ui: Context['ui'], { user, claim_token }: api.CreateUserResponse): void {
  ui.fields({ Email: user.email, Role: user.role, 'Claim Token': claim_token });
  ui.note(`Send this to the user: runvoy claim ${claim_token}`);
  ui.note('The token works once, and for 15 minutes');
}
