import type { Context } from '../context.ts';
import { type InfraOptions, openDriver } from './options.ts';

/** What is there, in which state, and with --drift what somebody changed by hand. */
export async function status(context: Context, options: InfraOptions): Promise<void> {
  const { ui } = context;
  const driver = await openDriver(context, options);
  if (options.drift) ui.note('Comparing with what is there; this takes a minute or two');
  const { state, detail, outputs, drift } = await driver.status({ drift: options.drift ?? false });
  const endpoint = driver.endpoint(outputs);
  ui.result({ deployment: driver.title, state, detail, endpoint, outputs, ...(drift && { drift }) }, () => {
    ui.fields({ Deployment: driver.title, State: state, Detail: detail, Endpoint: endpoint });
    const next = state === 'ready' && driver.nextStep?.(outputs);
    if (next) ui.tell(next);
    if (drift === undefined) return;
    ui.table(
      [
        { title: 'Resource', value: (each) => each.resource, shrinks: true },
        { title: 'Type', value: (each) => each.type, shrinks: true },
        { title: 'Drift', value: (each) => each.how },
      ],
      drift,
      'Everything is as it was made',
    );
  });
}
