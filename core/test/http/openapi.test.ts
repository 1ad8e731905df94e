import { expect, test } from 'vitest';
import { createTestApi } from './support.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document
type Json = any;

async function document(): Promise<Json> {
  const api = await createTestApi();
  const answer = await api.call('GET', '/api/v1/openapi.json', { as: 'nobody' });
  expect(answer.status).toBe(200);
  return answer.json;
}

test('describes every route that there is, once', async () => {
  const { openapi, paths } = await document();
  expect(openapi).toBe('3.1.0');
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  expect(operations.sort()).toEqual(
    [
      'GET /health',
      'POST /health/reconcile',
      'GET /claim/{token}',
      'GET /whoami',
      'POST /whoami/rotate',
      'GET /users',
      'POST /users/create',
      'POST /users/revoke',
      'POST /users/rotate',
      'POST /users/role',
      'GET /images',
      'POST /images/register',
      'GET /images/{image}',
      'DELETE /images/{image}',
      'GET /secrets',
      'POST /secrets',
      'GET /secrets/{name}',
      'PUT /secrets/{name}',
      'DELETE /secrets/{name}',
      'POST /run',
      'GET /executions',
      'GET /executions/{id}/status',
      'GET /executions/{id}/logs',
      'DELETE /executions/{id}',
      'GET /trace/{request_id}',
      'GET /openapi.json',
    ].sort(),
  );
});

test('is whole: ids are unique, parameters are those of the path, references lead somewhere', async () => {
  const api = await document();
  const ids = new Set<string>();
  for (const [path, methods] of Object.entries<Json>(api.paths)) {
    for (const operation of Object.values<Json>(methods)) {
      expect(ids.has(operation.operationId)).toBe(false);
      ids.add(operation.operationId);
      expect(operation.summary).toBeTruthy();
      const inPath = (operation.parameters ?? []).filter((one: Json) => one.in === 'path').map((one: Json) => one.name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
      for (const parameter of operation.parameters ?? []) expect(parameter.schema.type).toMatch(/^(string|integer)$/);
      for (const [status, response] of Object.entries<Json>(operation.responses)) {
        expect(Number(status)).toBeGreaterThanOrEqual(200);
        expect(response.description).toBeTruthy();
        if (Number(status) >= 400)
          expect(response.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Error' });
      }
      const publicRoute = operation.security.length === 0;
      expect('401' in operation.responses).toBe(!publicRoute);
    }
  }
  const references = [...JSON.stringify(api).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
    expect(api.components.schemas).toHaveProperty(name ?? reference);
  }
  expect(JSON.stringify(api)).not.toContain('$defs');
});

test('holds the rules of the bodies', async () => {
  const { components, paths } = await document();
  expect(paths['/api/v1/run'].post.requestBody).toEqual({
    required: true,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/RunRequest' } } },
  });
  expect(paths['/api/v1/run'].post.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header' }]);
  expect(components.schemas.RunRequest.properties.timeout).toMatchObject({
    type: 'integer',
    minimum: 1,
    maximum: 604_800,
  });
  expect(components.schemas.CreateSecretRequest.required).toEqual(['name', 'key_name', 'value']);
});

test('what the API answers is what it describes', async () => {
  const api = await createTestApi();
  const { paths, components } = await document();
  const users = await api.call('GET', '/api/v1/users');
  const { schema } = paths['/api/v1/users'].get.responses['200'].content['application/json'];
  const user = components.schemas[schema.properties.users.items.$ref.split('/').at(-1)];
  for (const one of users.json.users) {
    for (const required of user.required) expect(one).toHaveProperty(required);
    for (const key of Object.keys(one)) expect(user.properties).toHaveProperty(key);
  }
});
