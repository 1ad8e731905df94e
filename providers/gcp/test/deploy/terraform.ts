import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderSchema } from './provider-schema.ts';
import { type SimulatedProvider, startSimulatedProvider } from './simulated-provider.ts';

export const moduleFolder = fileURLToPath(new URL('../../deploy', import.meta.url));
export const schema = JSON.parse(
  readFileSync(new URL('google-schema.json', import.meta.url), 'utf8'),
) as ProviderSchema;

/** Whether there is a Terraform on this machine; without one, what needs it is skipped, loudly. */
export const hasTerraform = spawnSync('terraform', ['version']).status === 0;
if (!hasTerraform)
  console.warn('SKIPPED: plans and applies of providers/gcp/deploy. There is no terraform on the PATH.');

export interface Resource {
  address: string;
  type: string;
  name: string;
  index?: string | number;
  // biome-ignore lint/suspicious/noExplicitAny: attributes of many types of resources; each test states what it expects
  values: any;
}

export interface Applied {
  resources: Resource[];
  outputs: Record<string, unknown>;
}

export interface TerraformModule extends AsyncDisposable {
  run(...words: string[]): Promise<{ code: number | null; output: string }>;
  /** Applies with these variables in an empty project, and reads what is there then. Rejects with Terraform's own words. */
  apply(variables: Record<string, unknown>): Promise<Applied>;
}

const project = 'my-project-1';

/** The module as it is packed: with what it reads of the code's own. */
export function copyModule(folder: string): void {
  cpSync(moduleFolder, folder, { recursive: true });
  cpSync(join(moduleFolder, '../firestore.indexes.json'), join(folder, 'firestore.indexes.json'));
}

/** A provider that knows what Google knows, and makes nothing. */
export function startGoogleProvider(): Promise<SimulatedProvider> {
  return startSimulatedProvider(schema, {
    google_project: (values) => ({ number: '123456789012', id: `projects/${values.project_id}` }),
    google_service_account(values) {
      const email = `${values.account_id}@${values.project}.iam.gserviceaccount.com`;
      return { email, name: `projects/${values.project}/serviceAccounts/${email}`, member: `serviceAccount:${email}` };
    },
    google_pubsub_topic: (values) => ({ id: `projects/${values.project}/topics/${values.name}` }),
    google_kms_key_ring: (values) => ({ id: `projects/${values.project}/locations/global/keyRings/${values.name}` }),
    google_kms_crypto_key: (values) => ({ id: `${values.key_ring}/cryptoKeys/${values.name}` }),
    google_project_iam_custom_role: (values) => ({ id: `projects/${values.project}/roles/${values.role_id}` }),
    google_logging_project_sink: (values) => ({ writer_identity: `serviceAccount:${values.name}-writer@example` }),
    google_vpc_access_connector: (values) => ({
      id: `projects/${values.project}/locations/${values.region}/connectors/${values.name}`,
    }),
  });
}

/** A copy of the module (or of a root in it), with the real Terraform and a provider that makes nothing. */
export async function openModule(root = '.'): Promise<TerraformModule> {
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-terraform-'));
  copyModule(join(folder, 'deploy'));
  const provider = await startGoogleProvider();
  const env = { PATH: process.env.PATH, HOME: folder, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', ...provider.env };
  const run: TerraformModule['run'] = (...words) =>
    new Promise((resolve, reject) => {
      const child = spawn('terraform', words, { cwd: join(folder, 'deploy', root), env });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data) => {
          output += String(data);
        });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  const mustRun = async (...words: string[]): Promise<string> => {
    const { code, output } = await run(...words);
    if (code !== 0) throw new Error(output);
    return output;
  };
  await mustRun('init', '-input=false', '-no-color');
  return {
    run,
    async apply(variables) {
      rmSync(join(folder, 'deploy', root, 'terraform.tfstate'), { force: true });
      writeFileSync(
        join(folder, 'deploy', root, 'test.tfvars.json'),
        JSON.stringify({ project_id: project, ...variables }),
      );
      await mustRun('apply', '-auto-approve', '-input=false', '-no-color', '-var-file=test.tfvars.json');
      const { values } = JSON.parse(await mustRun('show', '-json'));
      const outputs = Object.entries(values.outputs as Record<string, { value: unknown }>);
      return {
        resources: values.root_module.resources,
        outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value])),
      };
    },
    async [Symbol.asyncDispose]() {
      provider.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
