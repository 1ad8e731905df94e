import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiMethod, GoogleApis, Schema } from './google-apis.ts';

/**
 * Makes google-apis.json anew from Google's discovery documents, which the Python package google-api-python-client (Apache-2.0) brings along:
 *
 *     pip download --no-deps google-api-python-client && unzip google_api_python_client-*.whl
 *     node bin/test/infra/support/trim-discovery.ts googleapiclient/discovery_cache/documents
 *
 * What is taken: these methods, and the schemas that they lead to, without descriptions.
 */
const wanted: Record<string, RegExp> = {
  'config.v1':
    /^config\.projects\.locations\.(list|operations\.(get|list)|deployments\.(create|delete|get|patch|lock|unlock|exportLock|exportState|importState|revisions\.get|revisions\.resources\.list)|previews\.(create|delete|get|resourceChanges\.list))$/,
  'serviceusage.v1': /^serviceusage\.(operations\.get|services\.(batchEnable|batchGet))$/,
  'serviceusage.v1beta1': /^serviceusage\.services\.generateServiceIdentity$/,
  'iam.v1': /^iam\.projects\.serviceAccounts\.(create|get|list)$/,
  'cloudresourcemanager.v1': /^cloudresourcemanager\.projects\.(getIamPolicy|setIamPolicy)$/,
  'storage.v1': /^storage\.(buckets\.(get|insert)|objects\.insert)$/,
};

interface Method {
  id: string;
  httpMethod: string;
  path: string;
  flatPath?: string;
  parameters?: Record<string, { location: string }>;
  request?: { $ref: string };
  response?: { $ref: string };
  mediaUpload?: { protocols: { simple: { path: string } } };
}
interface Resource {
  methods?: Record<string, Method>;
  resources?: Record<string, Resource>;
}
interface Discovery extends Resource {
  revision: string;
  rootUrl: string;
  servicePath: string;
  schemas: Record<string, Schema>;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('say where the discovery documents are');
const apis: GoogleApis = {};
for (const [name, pattern] of Object.entries(wanted)) {
  const discovery = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Discovery;
  const methods = methodsOf(discovery).filter(({ id }) => pattern.test(id));
  const roots = methods.flatMap(({ request, response }) =>
    [request?.$ref, response?.$ref].filter((ref) => ref !== undefined),
  );
  apis[name] = {
    revision: discovery.revision,
    host: new URL(discovery.rootUrl).host,
    methods: methods.map((method) => trimMethod(method, discovery.servicePath)),
    schemas: schemasOf(discovery.schemas, roots),
  };
}
writeFileSync(join(import.meta.dirname, 'google-apis.json'), `${JSON.stringify(apis)}\n`);

function methodsOf({ methods = {}, resources = {} }: Resource): Method[] {
  return [...Object.values(methods), ...Object.values(resources).flatMap(methodsOf)];
}

function trimMethod(
  { id, httpMethod, path, flatPath, parameters = {}, request, response, mediaUpload }: Method,
  root: string,
): ApiMethod {
  return {
    id,
    httpMethod,
    path: mediaUpload?.protocols.simple.path ?? `/${root}${flatPath ?? path}`,
    query: Object.keys(parameters).filter((name) => parameters[name]!.location === 'query'),
    // The body of an upload is the object itself.
    ...(request && !mediaUpload && { request: request.$ref }),
    ...(response && { response: response.$ref }),
  };
}

/** Those, and the ones that they lead to. */
function schemasOf(all: Record<string, Schema>, roots: readonly string[]): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const names = new Set(roots);
  // What is added meanwhile is visited, too.
  for (const name of names) found[name] = trimSchema(all[name]!, names);
  return found;
}

function trimSchema(schema: Schema, names: Set<string>): Schema {
  const { type, $ref, properties, items, additionalProperties } = schema;
  const values = schema.enum;
  if ($ref !== undefined) names.add($ref);
  return {
    ...(type !== undefined && { type }),
    ...($ref !== undefined && { $ref }),
    ...(values && { enum: values }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, trimSchema(property, names)]),
      ),
    }),
    ...(items && { items: trimSchema(items, names) }),
    ...(additionalProperties && { additionalProperties: trimSchema(additionalProperties, names) }),
  };
}
