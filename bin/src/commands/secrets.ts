import type { api } from '@runvoy/core';
import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { askSecret, canAsk } from '../output/prompts.ts';
import { isPiped, readAll } from '../runs/standard-input.ts';
import { formatTime } from '../values/time.ts';

const maximumValueBytes = 65_536;

export async function create(
  { ui, connect }: Context,
  name: string,
  keyName: string,
  value: string | undefined,
  options: { description?: string },
): Promise<void> {
  const request = { name, key_name: keyName, value: await readValue(value ?? '-'), ...options };
  const { client } = await connect();
  const answer = await client.createSecret(request);
  ui.result({ name, ...answer }, () => ui.fields({ Name: name, 'Key Name': keyName, Message: answer.message }));
}

export interface UpdateOptions {
  keyName?: string;
  value?: string;
  description?: string;
}

export async function update({ ui, connect }: Context, name: string, options: UpdateOptions): Promise<void> {
  if (options.keyName === undefined && options.value === undefined && options.description === undefined)
    throw new RunvoyError('INVALID_REQUEST', 'there is nothing to change', {
      field: '--value',
      remedy: 'Give at least one of --key-name, --value and --description.',
    });
  const request = {
    ...(options.keyName === undefined ? {} : { key_name: options.keyName }),
    ...(options.value === undefined ? {} : { value: await readValue(options.value) }),
    ...(options.description === undefined ? {} : { description: options.description }),
  };
  const { client } = await connect();
  const answer = await client.updateSecret(name, request);
  ui.result({ name, ...answer }, () => ui.fields({ Name: name, Message: answer.message }));
}

export async function get({ ui, connect }: Context, name: string): Promise<void> {
  const { client } = await connect();
  const secret = await client.getSecret(name);
  ui.result(secret, () => {
    ui.fields({
      Name: secret.name,
      'Key Name': secret.key_name,
      Description: secret.description,
      'Created By': secret.created_by,
      'Created At (UTC)': formatTime(secret.created_at),
      'Updated By': secret.updated_by,
      'Updated At (UTC)': formatTime(secret.updated_at),
    });
    // As it is, on as many lines as it has: keys and certificates are copied from here.
    ui.line(`  Value: ${secret.value ?? ''}`);
  });
}

export async function list({ ui, connect }: Context): Promise<void> {
  const { client } = await connect();
  const secrets = await client.listSecrets();
  ui.result({ secrets, total: secrets.length }, () =>
    ui.table(
      [
        { title: 'Name', value: (secret: api.Secret) => secret.name },
        { title: 'Key Name', value: (secret) => secret.key_name },
        { title: 'Description', value: (secret) => secret.description, shrinks: true },
        { title: 'Created By', value: (secret) => secret.created_by },
        { title: 'Created At (UTC)', value: (secret) => formatTime(secret.created_at) },
      ],
      secrets,
      'No secrets',
    ),
  );
}

export async function remove({ ui, connect }: Context, name: string): Promise<void> {
  const { client } = await connect();
  const answer = await client.removeSecret(name);
  ui.result(answer, () => ui.fields({ Name: answer.name, Message: answer.message }));
}

/** `-` is standard input, or a question at a terminal: arguments are seen by everybody who may list processes. */
async function readValue(argument: string): Promise<string> {
  if (argument !== '-') return argument;
  if (isPiped()) {
    const bytes = await readAll(maximumValueBytes + 1);
    // What `echo` adds is not part of the secret.
    return bytes.toString('utf8').replace(/\r?\n$/, '');
  }
  if (canAsk()) return askSecret('Value');
  throw new RunvoyError('INVALID_REQUEST', 'there is no value, and no terminal to ask at', {
    field: 'value',
    remedy: 'Send it through standard input, as in: runvoy secrets create name KEY < file',
  });
}
