import { RunvoyError } from '@runvoy/core/provider';
import { writeSettings } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { mayGoOn } from './confirm.ts';
import type { Deployment, InfraDriver } from './driver.ts';
import { type InfraOptions, openDriver, waits } from './options.ts';
import { prepare } from './prepare.ts';
import { seedAdministrator } from './seed-administrator.ts';
import { losses, showPlan, summary } from './show-plan.ts';
import { showProgress } from './show-progress.ts';

/** Plans, asks, and makes it so; an operation that is under way already is followed first. */
export async function apply(context: Context, options: InfraOptions): Promise<void> {
  const { ui } = context;
  const driver = await openDriver(context, options);
  const wait = waits(options);
  const uses = (options.configure ?? false) || options.seedAdminUser !== undefined;
  if (uses && !wait)
    throw new RunvoyError(
      'INVALID_REQUEST',
      '--configure and --seed-admin-user need what the deployment says at its end',
      {
        field: '--wait',
        remedy: 'Leave --no-wait out.',
      },
    );
  if ((await driver.status()).state === 'busy') {
    ui.tell(`An operation is under way on ${driver.title}; following it first`);
    await driver.settle(showProgress(ui));
  }
  if (!(await prepare(context, driver, options.yes))) return ui.tell('Nothing was changed.');
  ui.note(`Planning ${driver.title}; nothing is changed yet`);
  const plan = await driver.plan(showProgress(ui));
  if (plan.changes.length > 0) {
    showPlan(ui, driver.title, plan.changes);
    const agreed = await agrees(context, driver, plan.changes, options).catch(async (error: unknown) => {
      await driver.discard(plan);
      throw error;
    });
    if (!agreed) {
      await driver.discard(plan);
      ui.tell('Nothing was changed.');
      return;
    }
    await driver.begin(plan);
    if (!wait) {
      ui.result({ started: true, changes: plan.changes.length }, () =>
        ui.line('Started. Follow it with: runvoy infra status'),
      );
      return;
    }
    await driver.settle(showProgress(ui));
  }
  const deployment = await driver.status();
  const seeded = await use(context, driver, deployment, options);
  ui.result(
    {
      changes: plan.changes.length,
      endpoint: driver.endpoint(deployment.outputs),
      outputs: deployment.outputs,
      ...seeded,
    },
    () => {
      ui.success(`${driver.title} is as planned: ${summary(plan.changes)}`);
      ui.fields({
        Endpoint: driver.endpoint(deployment.outputs),
        Admin: options.seedAdminUser,
        'Saved in': seeded.saved_to,
      });
      const next = driver.nextStep?.(deployment.outputs);
      if (next) ui.tell(next);
    },
  );
}

async function agrees(
  context: Context,
  driver: InfraDriver,
  changes: Parameters<typeof losses>[0],
  options: InfraOptions,
): Promise<boolean> {
  const lost = losses(changes);
  if (lost.length > 0) {
    context.ui.warn(`Data would be lost: ${lost.map(({ resource }) => resource).join(', ')}`);
    // A yes that was given before the plan was seen does not cover this.
    if (options.yes && !options.deleteData)
      throw new RunvoyError('CONFLICT', `the plan for ${driver.title} replaces or deletes what holds data`, {
        field: '--delete-data',
        remedy: 'If that is meant, give --delete-data beside --yes.',
      });
    if (!(await mayGoOn(context, 'Lose this data?', options.yes))) return false;
  }
  return mayGoOn(context, `Apply this to ${driver.title}?`, options.yes);
}

/** The administrator and the configuration of this machine, where asked for. */
async function use(
  { env, ui }: Context,
  driver: InfraDriver,
  { outputs }: Deployment,
  { configure, seedAdminUser }: InfraOptions,
): Promise<{ saved_to?: string; admin?: { email: string; api_key?: string } }> {
  const endpoint = driver.endpoint(outputs);
  if (!configure && seedAdminUser === undefined) return {};
  if (endpoint === undefined)
    throw new RunvoyError('CONFLICT', `${driver.title} has no server yet`, {
      remedy: driver.nextStep?.(outputs) ?? 'Apply again, with the whole template.',
    });
  const admin =
    seedAdminUser === undefined ? undefined : await seedAdministrator(env, driver.environment(outputs), seedAdminUser);
  if (seedAdminUser !== undefined && admin === undefined)
    ui.warn(`There is a user ${seedAdminUser} already, who keeps the key there is`);
  try {
    const saved_to = await writeSettings(env, { api_endpoint: endpoint, ...(admin && { api_key: admin.apiKey }) });
    return { saved_to, ...(admin && seedAdminUser && { admin: { email: seedAdminUser } }) };
  } catch (error) {
    if (admin === undefined) throw error;
    ui.warn(`${(error as Error).message}. The key is shown only now`);
    ui.line(admin.apiKey);
    return { admin: { email: seedAdminUser ?? '', api_key: admin.apiKey } };
  }
}
