import { readFileSync, writeFileSync } from 'node:fs';
import type { Attribute, Block, ProviderSchema } from './provider-schema.ts';

/**
 * Makes google-schema.json anew, from the `.jsii` file inside the npm package @cdktf/provider-google (98 MB, so it is no dependency):
 *
 *     npm pack @cdktf/provider-google@16.12.1 && tar xzf cdktf-provider-google-16.12.1.tgz package/.jsii
 *     node providers/gcp/test/deploy/trim-schema.ts package/.jsii
 */
const resources = [
  'artifact_registry_repository',
  'artifact_registry_repository_iam_member',
  'cloud_run_v2_service',
  'cloud_run_v2_service_iam_member',
  'cloud_scheduler_job',
  'firestore_database',
  'firestore_field',
  'firestore_index',
  'kms_crypto_key',
  'kms_crypto_key_iam_member',
  'kms_key_ring',
  'logging_project_bucket_config',
  'logging_project_sink',
  'monitoring_alert_policy',
  'monitoring_notification_channel',
  'project_iam_custom_role',
  'project_iam_member',
  'project_service',
  'pubsub_subscription',
  'pubsub_subscription_iam_member',
  'pubsub_topic',
  'pubsub_topic_iam_member',
  'service_account',
  'service_account_iam_member',
  'vpc_access_connector',
];
const dataSources = ['project'];

interface Property {
  name: string;
  optional?: boolean;
  docs?: { remarks?: string };
  type: TypeReference;
}
interface TypeReference {
  primitive?: string;
  fqn?: string;
  collection?: { kind: 'array' | 'map'; elementtype: TypeReference };
  union?: { types: TypeReference[] };
}

const library = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  types: Record<string, { properties?: Property[] }>;
};
const schema: ProviderSchema = {
  source: '@cdktf/provider-google@16.12.1, made from hashicorp/google 6.50.0 (Apache-2.0, MPL-2.0), by trim-schema.ts',
  resources: Object.fromEntries(resources.map((name) => [`google_${name}`, topBlock(camel(name))])),
  dataSources: Object.fromEntries(
    dataSources.map((name) => [`google_${name}`, topBlock(camel(`data_google_${name}`))]),
  ),
};
writeFileSync(new URL('google-schema.json', import.meta.url), `${JSON.stringify(schema, null, 1)}\n`);

function topBlock(module: string): Block {
  const className = module[0]!.toUpperCase() + module.slice(1);
  const qualified = `@cdktf/provider-google.${module}.${className}`;
  const block = readBlock(`${qualified}Config`);
  for (const { name, type } of library.types[qualified]!.properties ?? []) {
    const attribute = snake(name);
    if (name.endsWith('Input') || name === 'tfResourceType' || attribute in block) continue;
    block[attribute] = { type: readType(type), computed: true };
  }
  return block;
}

function readBlock(qualified: string): Block {
  return Object.fromEntries(
    (library.types[qualified]!.properties ?? []).map((property) => [terraformName(property), readAttribute(property)]),
  );
}

function readAttribute({ optional, type: declared }: Property): Attribute {
  const type = declared.union?.types.find(({ fqn }) => fqn !== 'cdktf.IResolvable') ?? declared;
  const required = optional ? {} : { required: true as const };
  const element = type.collection?.elementtype;
  if (type.collection?.kind === 'array' && element?.fqn?.startsWith('@cdktf/'))
    return { ...required, block: readBlock(element.fqn), many: true };
  if (type.fqn?.startsWith('@cdktf/')) return { ...required, block: readBlock(type.fqn) };
  return { ...required, type: readType(type) };
}

/** As Terraform's protocol writes types. */
function readType(type: TypeReference): unknown {
  const known = type.union?.types.find(({ fqn }) => fqn !== 'cdktf.IResolvable') ?? type;
  if (known.primitive !== undefined) return { boolean: 'bool', any: 'dynamic' }[known.primitive] ?? known.primitive;
  if (known.fqn === 'cdktf.StringMap') return ['map', 'string'];
  if (known.collection)
    return [known.collection.kind === 'array' ? 'list' : 'map', readType(known.collection.elementtype)];
  return known.fqn === 'cdktf.IResolvable' ? 'bool' : 'dynamic';
}

/** The documentation's link ends in the name that Terraform uses. */
function terraformName({ name, docs }: Property): string {
  return /#(\w+) [\w.]*#(\w+)\}/.exec(docs?.remarks ?? '')?.[2] ?? snake(name);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
