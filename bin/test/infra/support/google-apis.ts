import { readFileSync } from 'node:fs';

/** Of Google's discovery documents, what trim-discovery.ts has taken, by API and version. */
export type GoogleApis = Record<
  string,
  { revision: string; host: string; methods: ApiMethod[]; schemas: Record<string, Schema> }
>;

export interface ApiMethod {
  id: string;
  httpMethod: string;
  /** With a name in braces for each variable part. */
  path: string;
  /** Names of its parameters in the URL. */
  query: string[];
  request?: string;
  response?: string;
}

export interface Schema {
  type?: string;
  $ref?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
}

/** A method that was found, with what belongs to it. */
export interface ApiCall {
  id: string;
  host: string;
  /** What stands for the variable parts of its path. */
  variables: string[];
  /** Problems, in Google's own words; none when it is as the API has it. */
  checkQuery(query: URLSearchParams): string[];
  checkRequest(body: unknown): string[];
  checkResponse(body: unknown): string[];
}

const apis = JSON.parse(readFileSync(new URL('google-apis.json', import.meta.url), 'utf8')) as GoogleApis;
/** Of every method. */
const general = ['alt', 'fields', 'key', 'prettyPrint', 'quotaUser', 'uploadType'];

const methods = Object.values(apis).flatMap(({ host, methods, schemas }) =>
  methods.map((method) => ({ method, host, schemas, pattern: patternOf(method.path) })),
);

export function findCall(httpMethod: string, path: string): ApiCall | undefined {
  const found = methods.find(({ method, pattern }) => method.httpMethod === httpMethod && pattern.test(path));
  if (found === undefined) return undefined;
  const [, ...variables] = found.pattern.exec(path)!;
  const { method, host, schemas } = found;
  const check = (schema: string | undefined, body: unknown) =>
    schema === undefined ? [] : [...problems(schemas, { $ref: schema }, body, '')];
  return {
    id: method.id,
    host,
    variables,
    checkQuery: (query) =>
      [...query.keys()]
        .filter((name) => !method.query.includes(name) && !general.includes(name))
        .map((name) => `Unknown name "${name}": Cannot bind query parameter.`),
    checkRequest: (body) => check(method.request, body),
    checkResponse: (body) => check(method.response, body),
  };
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{[^}]+\}/).map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('([^/:]+)')}$`);
}

function* problems(
  schemas: Record<string, Schema>,
  { $ref, ...schema }: Schema,
  value: unknown,
  at: string,
): Generator<string> {
  if ($ref !== undefined) return yield* problems(schemas, schemas[$ref]!, value, at);
  // As in Protobuf's JSON: null is as good as absent.
  if (schema.type === 'any' || value === null || value === undefined) return;
  if (schema.type === 'object') {
    if (typeof value !== 'object' || Array.isArray(value))
      return yield `Invalid value at '${at}', ${JSON.stringify(value)}`;
    for (const [name, each] of Object.entries(value)) {
      const property = schema.properties?.[name] ?? schema.additionalProperties;
      const path = at === '' ? name : `${at}.${name}`;
      if (property === undefined) yield `Unknown name "${name}"${at && ` at '${at}'`}: Cannot find field.`;
      else yield* problems(schemas, property, each, path);
    }
  } else if (schema.type === 'array') {
    if (!Array.isArray(value)) return yield `Invalid value at '${at}', ${JSON.stringify(value)}`;
    for (const [index, each] of value.entries()) yield* problems(schemas, schema.items!, each, `${at}[${index}]`);
  } else if (typeof value !== (schema.type === 'integer' ? 'number' : schema.type))
    yield `Invalid value at '${at}', ${JSON.stringify(value)}`;
  else if (schema.enum && !schema.enum.includes(String(value)))
    yield `Invalid value at '${at}', ${JSON.stringify(value)}`;
}
