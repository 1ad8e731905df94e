import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, homeFolder } from '../../config/home.ts';
import type { Change, Deployment, InfraDriver, Progress } from '../driver.ts';
import { moduleFiles } from './blueprint.ts';
import { holdsData, isForgotten } from './data-resources.ts';
import type { ManagerOptions } from './infrastructure-manager.ts';
import { moduleOutputs } from './module-outputs.ts';
import { runTerraform, type TerraformLine } from './run-terraform.ts';

interface StateResource {
  address: string;
  type: string;
  values: { id?: string; name?: string };
}

const planFile = 'runvoy.tfplan';
/** Inputs of what is made; Terraform reads them by itself. */
const inputsFile = 'terraform.tfvars.json';
/** Inputs of what is planned, which nobody has agreed to yet. */
const plannedFile = 'runvoy.tfvars.json';

/** An installed Terraform, with its state in a folder of this user: for those who may not use Infrastructure Manager. */
export function createLocalDriver(env: Environment, options: ManagerOptions): InfraDriver {
  const { project, region, stackName, template, parameters } = options;
  const folder = join(homeFolder(env), 'infra', `${project.replace(':', '_')}.${stackName}`);
  const title = `Terraform state ${folder}`;
  let begun: Promise<void> | undefined;
  let progressOfBegun: Progress = () => {};

  const terraform = (words: readonly string[], onLine: (line: TerraformLine) => void = () => {}) =>
    runTerraform(words, { folder, env }, onLine);

  async function prepare(extra: Record<string, unknown> = {}): Promise<void> {
    const files = moduleFiles(template);
    // What an earlier version of the module had, and this one has not, would be applied, too.
    if (existsSync(folder))
      for (const path of Object.keys(moduleFiles(folder))) rmSync(join(folder, path), { force: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const made = existsSync(join(folder, inputsFile)) ? JSON.parse(readFileSync(join(folder, inputsFile), 'utf8')) : {};
    const inputs = { region, ...made, ...parameters, project_id: project, ...extra };
    writeFileSync(join(folder, plannedFile), JSON.stringify(inputs, null, 2));
    await terraform(['init', '-input=false', '-no-color']);
  }

  const keepInputs = () => renameSync(join(folder, plannedFile), join(folder, inputsFile));

  async function plan(...words: string[]): Promise<Change[]> {
    const changes: Change[] = [];
    await terraform(['plan', '-json', '-input=false', `-out=${planFile}`, ...words], ({ type, change }) => {
      if (type !== 'planned_change' && type !== 'resource_drift') return;
      if (type === 'resource_drift' && !words.includes('-refresh-only')) return;
      const action = (
        { create: 'create', update: 'update', delete: 'delete', replace: 'replace', import: 'import' } as const
      )[change!.action as 'create'];
      const { addr, resource_type } = change!.resource;
      if (action) changes.push({ action, resource: addr, type: resource_type, holdsData: holdsData(resource_type) });
    });
    return changes;
  }

  const tell =
    (progress: Progress) =>
    ({ type = '', hook }: TerraformLine) => {
      if (/^(apply_start|apply_complete|apply_errored)$/.test(type) && hook)
        progress(hook.resource.addr, type.replace('apply_', ''));
    };

  return {
    title,
    ...moduleOutputs,

    async status({ drift } = { drift: false }): Promise<Deployment> {
      if (!existsSync(join(folder, 'terraform.tfstate')))
        return { state: 'absent', detail: 'there is no state', outputs: {} };
      const outputs = JSON.parse(await terraform(['output', '-json'])) as Record<string, { value: unknown }>;
      const changes = drift ? await plan('-refresh-only') : [];
      rmSync(join(folder, planFile), { force: true });
      return {
        state: Object.keys(outputs).length > 0 ? 'ready' : 'absent',
        detail: folder,
        outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
        ...(drift && {
          drift: changes.map(({ resource, type, action }) => ({
            resource,
            type,
            how: action === 'delete' ? 'deleted' : 'modified',
          })),
        }),
      };
    },

    async settle(progress) {
      progressOfBegun = progress;
      await begun;
    },

    async plan() {
      await prepare();
      return { changes: await plan(`-var-file=${plannedFile}`) };
    },

    async begin() {
      keepInputs();
      begun = terraform(['apply', '-json', '-input=false', planFile], (line) => tell(progressOfBegun)(line)).then(
        () => undefined,
      );
      // Told by settle; without it, the end of this process would cut Terraform off.
      begun.catch(() => undefined);
    },

    async discard() {
      for (const file of [planFile, plannedFile]) rmSync(join(folder, file), { force: true });
    },

    async destroy({ deleteData }, progress) {
      if (!existsSync(join(folder, 'terraform.tfstate'))) return { kept: [] };
      await prepare(deleteData ? { keep_data: false } : {});
      keepInputs();
      if (deleteData) await terraform(['apply', '-json', '-auto-approve', '-input=false'], tell(progress));
      const { values } = JSON.parse(await terraform(['show', '-json'])) as {
        values?: { root_module?: { resources?: StateResource[] } };
      };
      const forgotten = (values?.root_module?.resources ?? []).filter(({ type }) => isForgotten(type, deleteData));
      if (forgotten.length > 0) await terraform(['state', 'rm', ...forgotten.map(({ address }) => address)]);
      await terraform(['destroy', '-json', '-auto-approve', '-input=false'], tell(progress));
      return {
        kept: forgotten
          .filter(({ type }) => holdsData(type))
          .map(({ type, values: { id, name } }) => `${type} ${id ?? name ?? ''}`),
      };
    },
  };
}
