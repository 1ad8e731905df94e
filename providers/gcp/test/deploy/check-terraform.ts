import { createRequire } from 'node:module';
import type { Block, ProviderSchema } from './provider-schema.ts';

/** Parts of a Terraform file as hcl2json gives them: every block is an array of objects, every expression a text in `${…}`. */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Body = Record<string, Json>;

// Without its types, which would bring the browser's into the whole workspace.
const { parse } = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  parse(name: string, text: string): Promise<Body>;
};

const metaArguments = new Set(['count', 'for_each', 'depends_on', 'lifecycle', 'provider']);

/**
 * What is wrong with a Terraform module, one line each: resources, blocks and attributes that the provider's schema does not know
 * or that lack what it requires, and references to what nobody declared. Values are not checked, nor is what a name stands for.
 */
export async function checkTerraform(files: Record<string, string>, schema: ProviderSchema): Promise<string[]> {
  const problems: string[] = [];
  const bodies = await Promise.all(
    Object.entries(files).map(async ([name, text]) => ({ name, body: await parse(name, text) })),
  );
  const declared = new Map<string, Block | undefined>();
  for (const { body } of bodies) {
    for (const name of Object.keys((body.variable ?? {}) as Body)) declared.set(`var.${name}`, undefined);
    for (const locals of (body.locals ?? []) as Body[])
      for (const name of Object.keys(locals)) declared.set(`local.${name}`, undefined);
    for (const { address, type, kind } of resourcesOf(body))
      declared.set(address, kind === 'data' ? schema.dataSources[type] : schema.resources[type]);
  }
  for (const { name, body } of bodies) {
    for (const { address, type, kind, blocks } of resourcesOf(body)) {
      const block = kind === 'data' ? schema.dataSources[type] : schema.resources[type];
      if (block === undefined) problems.push(`${name}: ${address}: there is no ${kind} ${type}`);
      else for (const each of blocks) problems.push(...checkBlock(each, block, `${name}: ${address}`, metaArguments));
    }
  }
  const used = new Set<string>();
  for (const { name, body } of bodies)
    for (const reference of referencesIn(body)) {
      const problem = checkReference(reference, declared, used);
      if (problem !== undefined) problems.push(`${name}: ${problem}`);
    }
  for (const name of declared.keys())
    if (/^(var|local)\./.test(name) && !used.has(name)) problems.push(`${name} is declared and never used`);
  return problems;
}

function resourcesOf(body: Body) {
  return (['resource', 'data'] as const).flatMap((kind) =>
    Object.entries((body[kind] ?? {}) as Record<string, Record<string, Body[]>>).flatMap(([type, named]) =>
      Object.entries(named).map(([name, blocks]) => ({
        kind,
        type,
        address: `${kind === 'data' ? 'data.' : ''}${type}.${name}`,
        blocks,
      })),
    ),
  );
}

function checkBlock(body: Body, block: Block, where: string, allowed: ReadonlySet<string> = new Set()): string[] {
  const { dynamic = {}, ...written } = body;
  const generated = Object.entries(dynamic as Record<string, Body[]>).map(
    ([name, blocks]) => [name, blocks.flatMap(({ content }) => content as Body[])] as const,
  );
  const problems: string[] = [];
  for (const [name, value] of [...Object.entries(written), ...generated]) {
    const attribute = block[name];
    if (attribute === undefined) {
      if (!allowed.has(name)) problems.push(`${where}: there is no ${name}`);
    } else if (attribute.computed) problems.push(`${where}: ${name} is said by the provider, and cannot be set`);
    else if (attribute.block === undefined) {
      if (Array.isArray(value) && value.every(isBody) && value.length > 0 && !hasObjects(attribute.type))
        problems.push(`${where}: ${name} is an attribute, not a block`);
    } else if (!Array.isArray(value)) problems.push(`${where}: ${name} is a block, not an attribute`);
    else for (const inner of value) problems.push(...checkBlock(inner as Body, attribute.block, `${where}.${name}`));
  }
  const present = new Set([...Object.keys(written), ...generated.map(([name]) => name)]);
  for (const [name, { required }] of Object.entries(block))
    if (required && !present.has(name)) problems.push(`${where}: ${name} is required`);
  return problems;
}

const isBody = (value: Json): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);
const hasObjects = (type: unknown): boolean => type === 'dynamic' || (Array.isArray(type) && hasObjects(type[1]));

/** Every name of something that a module declares, with the attribute that follows it, in every expression. */
function referencesIn(value: Json): string[] {
  if (typeof value === 'string') return value.includes('${') ? namesIn(value) : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}

/** Indexes are taken out, innermost first, so that what follows one is still seen to belong to the name before it. */
function namesIn(expression: string): string[] {
  const index = /\[([^[\]]*)\]/.exec(expression);
  if (index === null) return expression.match(/(?<![\w.-])(?:var|local|data|google_\w+)(?:\.\w+)+/g) ?? [];
  const rest = expression.slice(0, index.index) + expression.slice(index.index + index[0].length);
  return [...namesIn(index[1]!), ...namesIn(rest)];
}

function checkReference(
  reference: string,
  declared: ReadonlyMap<string, Block | undefined>,
  used: Set<string>,
): string | undefined {
  const parts = reference.split('.');
  const length = { var: 2, local: 2, data: 3 }[parts[0]!] ?? (parts[0]!.startsWith('google_') ? 2 : 0);
  if (length === 0) return undefined;
  const name = parts.slice(0, length).join('.');
  if (!declared.has(name)) return `${reference}: ${name} is not declared`;
  used.add(name);
  const attribute = parts[length];
  const block = declared.get(name);
  if (block === undefined || attribute === undefined) return undefined;
  return attribute in block ? undefined : `${reference}: there is no attribute ${attribute}`;
}
