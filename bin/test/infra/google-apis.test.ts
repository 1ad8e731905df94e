import { GoogleAuth, UserRefreshClient } from 'google-auth-library';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createGoogleClient } from '../../src/infra/gcp/google-client.ts';
import { findCall } from './support/google-apis.ts';

const place = '/v1/projects/p/locations/l/deployments/d';

describe('the simulated APIs are as strict as Google’s', () => {
  test.each([
    [{ lockId: '1', skipDraft: true }, 'Unknown name "skipDraft": Cannot find field.'],
    [{ lockId: '1' }, ''],
  ])('%j', (body, problem) => {
    expect(findCall('POST', `${place}:importState`)!.checkRequest(body).join()).toBe(problem);
  });

  test('deep inside, in lists, maps and enumerations', () => {
    const { checkRequest, checkResponse } = findCall('PATCH', place)!;
    const blueprint = (more: object) => ({
      terraformBlueprint: { inputValues: { a: { inputValue: [{ b: 1 }], ...more } } },
    });
    expect(checkRequest(blueprint({}))).toEqual([]);
    expect(checkRequest(blueprint({ value: 1 }))).toEqual([
      `Unknown name "value" at 'terraformBlueprint.inputValues.a': Cannot find field.`,
    ]);
    expect(checkRequest({ quotaValidation: 'SOMETIMES' })).toEqual([`Invalid value at 'quotaValidation', "SOMETIMES"`]);
    expect(checkResponse({ name: 'operations/1', done: 'yes' })).toEqual([`Invalid value at 'done', "yes"`]);
  });

  test('in parameters and paths', () => {
    expect(findCall('DELETE', place)!.checkQuery(new URLSearchParams('force=true&sure=true'))).toEqual([
      'Unknown name "sure": Cannot bind query parameter.',
    ]);
    expect(findCall('POST', `${place}:freeze`)).toBeUndefined();
  });
});

describe('who pays for a call', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Headers of a call with these credentials; nothing leaves this machine. */
  async function headersWith(client: object): Promise<Headers> {
    vi.spyOn(GoogleAuth.prototype, 'getClient').mockResolvedValue(client as never);
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{}'));
    await createGoogleClient({}, 'my-project-1').request('GET', 'https://config.googleapis.com/v1/projects');
    return new Headers(fetched.mock.calls[0]![1]!.headers);
  }

  test('a person’s calls count against the project, whatever gcloud’s own is', async () => {
    const person = new UserRefreshClient({ quotaProjectId: 'gcloud' });
    person.setCredentials({ access_token: 'token', expiry_date: Date.now() + 3_600_000 });
    const headers = await headersWith(person);
    expect(headers.get('authorization')).toBe('Bearer token');
    expect(headers.get('x-goog-user-project')).toBe('my-project-1');
  });

  test('a service account’s are its own', async () => {
    const account = { getRequestHeaders: async () => new Headers({ authorization: 'Bearer token' }) };
    expect((await headersWith(account)).get('x-goog-user-project')).toBeNull();
  });
});
