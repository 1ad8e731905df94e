import { type Command, Option } from 'commander';
import { handle } from './handle.ts';

/** `infra plan|apply|status|destroy`, with upstream's flags, and `doctor`, which tells whether what they made works. */
export function addInfraCommands(program: Command): void {
  const infra = program
    .command('infra')
    .helpGroup('Administration:')
    .description('Put runvoy into a cloud account, and take it out again.');
  program
    .command('doctor')
    .helpGroup('Administration:')
    .option(
      '--deploy',
      'send something along every edge of the deployment: store, secrets, a small run, its log and its end',
    )
    .option('--patience <duration>', 'how long the run of --deploy may take, its start included (default: 10m)')
    .description('Check that the server, and what it stands on, work.')
    .action(handle(async () => (await import('../commands/doctor.ts')).default));
  const command = (name: string, description: string) =>
    infra
      .command(name)
      .description(description)
      .addOption(new Option('--provider <cloud>', 'aws or gcp (RUNVOY_BACKEND_PROVIDER)'))
      .option('--stack-name <name>', 'name of the deployment (default: runvoy-backend)')
      .option('--region <region>', 'region (AWS_REGION, RUNVOY_GCP_REGION, or as aws and gcloud are configured)')
      .option(
        '--parameter <name=value>',
        'parameter of the template or module, gcp: project_id too; may be repeated',
        collect,
      )
      .option('--local', 'gcp: use the terraform of this machine in place of Infrastructure Manager')
      .option('--service-account <email>', 'gcp: who Terraform runs as (default: one is made)');
  const makes = (made: Command) =>
    made
      .option('--template <source>', 'file, folder or URL (s3://, gs://, https://) in place of what comes with runvoy')
      .option('--version <version>', "aws: folder of the functions' code in the bucket");
  const waits = (made: Command) =>
    made
      .option('--wait [true|false]', 'wait for the end (default: true)')
      .option('--no-wait', 'return when it has begun')
      .option('--yes', 'do not ask')
      .option('--delete-data', 'agree to losing what holds data');

  makes(command('plan', 'Show what apply would do.'))
    .option('--yes', 'do not ask before making what a plan needs (gcp)')
    .action(handle(async () => (await import('../infra/index.ts')).plan));
  waits(makes(command('apply', 'Make the deployment, or update it; shows the plan and asks.')))
    .option('--configure', "save the deployment's address as this machine's server")
    .option('--seed-admin-user <email>', 'make the first administrator, and save the key')
    .action(handle(async () => (await import('../infra/index.ts')).apply));
  command('status', 'Show the state of the deployment.')
    .option('--drift', 'look for what somebody changed by hand')
    .action(handle(async () => (await import('../infra/index.ts')).status));
  waits(command('destroy', 'Take the deployment out again; asks twice, and keeps data.')).action(
    handle(async () => (await import('../infra/index.ts')).destroy),
  );
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
