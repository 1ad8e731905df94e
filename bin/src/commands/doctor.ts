import { randomBytes } from 'node:crypto';
import type { Client } from '@runvoy/core/client';
import { isFinal } from '@runvoy/core/client';
import { isRunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseDuration } from '../values/duration.ts';

/** One edge of the diagram of a deployment. */
export interface Finding {
  edge: string;
  state: 'ok' | 'broken' | 'not checked';
  detail: string;
  remedy?: string;
}

/** What one edge has shown; it throws when it is broken. */
type Check = () => Promise<string>;

interface Examination {
  client: Client;
  check(edge: string, remedy: string, work: Check): Promise<boolean>;
  findings: Finding[];
  /** Milliseconds that the run may take from its start to its noticed end. */
  patience: number;
}

const rights = 'Use the key of an administrator.';

/** Asks the server; with `--deploy` sends something along every edge of the deployment. The exit code tells whether all is well. */
export default async function doctor(
  { ui, connect }: Context,
  options: { deploy?: boolean; patience?: string },
): Promise<number> {
  const { client } = await connect();
  const findings: Finding[] = [];
  const check = async (edge: string, remedy: string, work: Check): Promise<boolean> => {
    ui.note(`${edge} …`);
    try {
      findings.push({ edge, state: 'ok', detail: await work() });
      return true;
    } catch (error) {
      const known = isRunvoyError(error) ? error.remedy : undefined;
      findings.push({ edge, state: 'broken', detail: (error as Error).message, remedy: known ?? remedy });
      return false;
    }
  };

  const reached = await check('client → API', 'Check the endpoint with "runvoy configure".', async () => {
    const { version, provider, region } = await client.health();
    return `runvoy ${version}, ${provider}${region ? `, ${region}` : ''}`;
  });
  const known =
    reached &&
    (await check('API → store', 'The server cannot read its database: look at its log.', async () => {
      const { email, role } = await client.whoami();
      return `${email}, ${role}`;
    }));
  const patience = parseDuration(options.patience ?? '10m', '--patience');
  if (options.deploy && known) await checkDeployment({ client, check, findings, patience });

  const broken = findings.filter(({ state }) => state === 'broken');
  ui.result({ healthy: broken.length === 0, findings }, () => {
    ui.table(
      [
        { title: 'Edge', value: (finding: Finding) => finding.edge },
        { title: 'State', value: ({ state }) => state },
        { title: 'Detail', value: ({ detail }) => detail, shrinks: true },
      ],
      findings,
      'Nothing was checked',
    );
    for (const { edge, remedy } of broken) if (remedy) ui.line(`${edge}: ${remedy}`);
  });
  return broken.length === 0 ? 0 : exitCodes.failed;
}

async function checkDeployment(examination: Examination): Promise<void> {
  const { client, check } = examination;
  await checkReport(examination);
  const secret = `runvoy-doctor-${randomBytes(6).toString('hex')}`;
  const value = randomBytes(16).toString('hex');
  const kept = await check(
    'API → secrets (and their key)',
    `The server may not use its secrets. ${rights}`,
    async () => {
      await client.createSecret({ name: secret, key_name: 'RUNVOY_DOCTOR', value });
      const { value: read } = await client.getSecret(secret);
      if (read !== value) throw new Error('a secret comes back as something else');
      return 'written and read back';
    },
  );
  try {
    await checkRun(examination, kept ? secret : undefined);
  } finally {
    if (kept) await client.removeSecret(secret).catch(() => undefined);
  }
}

/** What the server finds wrong with itself: sinks, topics, subscriptions, the schedule, accounts, definitions of tasks. */
async function checkReport({ client, check, findings }: Examination): Promise<void> {
  await check('API → services of the cloud', `The server could not look at its cloud. ${rights}`, async () => {
    const { report } = await client.reconcile();
    for (const { resource_type, resource_id, severity, message, action } of report.issues) {
      if (severity !== 'error' || action !== 'requires_manual_intervention') continue;
      findings.push({
        edge: `${resource_type} ${resource_id}`,
        state: 'broken',
        detail: message,
        remedy: 'Run "runvoy infra apply" again: it makes what is missing, and changes back what was changed.',
      });
    }
    return `${report.issues.length} issues, ${report.reconciled_count} repaired`;
  });
}

/** One small run, which every other edge has a part in. */
async function checkRun({ client, check, findings, patience }: Examination, secret: string | undefined): Promise<void> {
  const mark = `runvoy-doctor-${randomBytes(6).toString('hex')}`;
  let id = '';
  const started = await check(
    'API → tasks',
    'The server could not start a task: look at its log, and at the quotas.',
    async () => {
      const command = secret === undefined ? `echo ${mark}` : `test -n "$RUNVOY_DOCTOR" && echo ${mark}`;
      const run = await client.run({ command, timeout: 600, ...(secret && { secrets: [secret] }) });
      id = run.execution_id;
      return `execution ${id}`;
    },
  );
  if (!started) {
    for (const edge of ['task → logs → processor → viewer', 'task → events → processor → store'])
      findings.push({ edge, state: 'not checked', detail: 'nothing could be started' });
    return;
  }
  const begun = performance.now();
  let isLive = false;
  let ended = 0;
  await check(
    'task → logs → processor → viewer',
    'Lines do not arrive: check the log sink or subscription, its permission to publish, and that the processor accepts what is pushed to it.',
    async () => {
      const signal = AbortSignal.timeout(patience);
      for await (const event of client.follow(id, { signal })) {
        if ('text' in event && Buffer.from(event.text).toString().includes(mark)) isLive = true;
        if (event.type === 'end') ended = performance.now();
      }
      if (!isLive) throw new Error('the line that the command printed did not arrive');
      return 'the line arrived';
    },
  );
  await check(
    'task → events → processor → store',
    'Ends are not noticed: check the event rule or sink, its dead letters, and the schedule of the reconciliation.',
    async () => {
      const status = await client.executionStatus(id);
      if (!isFinal(status.status)) throw new Error(`the run is still ${status.status}`);
      if (status.exit_code !== 0) {
        const why = status.reason_detail ?? status.reason ?? (secret ? 'was the secret not there?' : '');
        throw new Error(`the run is ${status.status}, exit code ${status.exit_code}: ${why}`);
      }
      return `${status.status} after ${Math.round((ended - begun) / 1000)} s, with start-up`;
    },
  );
}
