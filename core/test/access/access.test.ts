import { describe, expect, it } from 'vitest';
import { createAccess } from '../../src/access/access.ts';
import type { Action } from '../../src/services.ts';

const me = 'ana@example.com';
const access = await createAccess();

/** Roles that may do it, by their initials; in capitals those that may only because they own it. */
const matrix: [Action, string, string][] = [
  ['create', '/api/v1/run', 'a o d'],
  ['read', '/api/v1/executions', 'a o d v'],
  ['read', '/api/v1/executions/e1/logs', 'a o D V'],
  ['read', '/api/v1/executions/e1/status', 'a o D V'],
  ['delete', '/api/v1/executions/e1', 'a o D V'],
  ['read', '/api/v1/users', 'a o'],
  ['create', '/api/v1/users/create', 'a'],
  ['create', '/api/v1/users/revoke', 'a'],
  ['create', '/api/v1/users/rotate', 'a'],
  ['create', '/api/v1/users/role', 'a'],
  ['read', '/api/v1/images', 'a o'],
  ['read', '/api/v1/images/hashicorp/terraform:1.6-ce72b859', 'a o D V'],
  ['delete', '/api/v1/images/alpine:latest-c5c74c0e', 'a o D V'],
  ['create', '/api/v1/images/register', 'a o'],
  ['use', '/api/v1/images/alpine:latest-c5c74c0e', 'a o d V'],
  ['read', '/api/v1/secrets', 'a o'],
  ['read', '/api/v1/secrets/s1', 'a o D V'],
  ['create', '/api/v1/secrets', 'a o d'],
  ['update', '/api/v1/secrets/s1', 'a o d V'],
  ['delete', '/api/v1/secrets/s1', 'a o d V'],
  ['use', '/api/v1/secrets/team/s1', 'a o d V'],
  ['create', '/api/v1/health/reconcile', 'a o'],
  ['read', '/api/v1/trace/r1', 'a'],
  ['read', '/api/v1/whoami', 'a o d v'],
  ['create', '/api/v1/whoami/rotate', 'a o d v'],
];

const hasOwners = (object: string) => object.split('/').length > 4 && object !== '/api/v1/images/register';

describe('the default policy', () => {
  it('has the four roles, in this order', () => {
    expect(access.roles).toEqual(['admin', 'operator', 'developer', 'viewer']);
    expect(access.isRole('owner')).toBe(false);
    expect(access.isRole('king')).toBe(false);
  });

  it.each(matrix)('lets %s %s be done by %s', (action, object, permitted) => {
    const allowed = (role: string, owners?: string[]) => access.allows({ email: me, role }, object, action, owners);
    const answers = access.roles.map((role) => {
      const initial = role.charAt(0);
      if (allowed(role)) return initial;
      return hasOwners(object) && allowed(role, ['bob@example.com', me]) ? initial.toUpperCase() : '';
    });
    expect(answers.filter((answer) => answer !== '').join(' ')).toBe(permitted);
    // Somebody else's ownership is no help.
    for (const role of access.roles) expect(allowed(role, ['bob@example.com'])).toBe(allowed(role));
  });

  it('lets nobody in whose role it does not know', () => {
    expect(access.allows({ email: me, role: 'king' }, '/api/v1/executions/e1', 'read', [me])).toBe(false);
    expect(access.allows({ email: me, role: 'owner' }, '/api/v1/executions/e1', 'read')).toBe(false);
  });
});

describe('a policy file', () => {
  it('brings its own roles, with inheritance, and a deny that wins over ownership', async () => {
    const own = await createAccess({
      policyText: [
        '# Ours',
        'p, role:crew, /api/v1/run, create, allow',
        '',
        'g, lead, crew',
        'p, lead, /api/v1/executions/:id, read, allow',
        'p, owner, /api/v1/secrets/*, *, allow',
        'p, crew, /api/v1/secrets/locked, *, deny',
      ].join('\n'),
    });
    expect(own.roles).toEqual(['crew', 'lead']);
    const may = (role: string, object: string, action: Action, owners?: string[]) =>
      own.allows({ email: me, role }, object, action, owners);
    expect(may('crew', '/api/v1/run', 'create')).toBe(true);
    expect(may('lead', '/api/v1/run', 'create')).toBe(true);
    expect(may('crew', '/api/v1/executions/e1', 'read')).toBe(false);
    expect(may('lead', '/api/v1/executions/e1', 'read')).toBe(true);
    expect(may('lead', '/api/v1/executions/e1/logs', 'read')).toBe(false);
    expect(may('crew', '/api/v1/secrets/mine', 'delete', [me])).toBe(true);
    expect(may('crew', '/api/v1/secrets/locked', 'delete', [me])).toBe(false);
    expect(own.allows({ email: me, role: 'admin' }, '/api/v1/run', 'create')).toBe(false);
  });

  it('stops the start with every error, by line', async () => {
    const policyText = [
      'p, crew, /api/v1/run, create, allow',
      'p, crew, /api/v1/run, create',
      'p, crew, api/v1/run, create, allow',
      'p, crew, /api/v1/run, kill, allow',
      'p, crew, /api/v1/run, create, maybe',
      'p, , /api/v1/run, create, allow',
      'p, crew, /api/v1/(, create, allow',
      'q, crew',
      'g, ana@example.com, crew',
    ].join('\n');
    await expect(createAccess({ policyText })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      field: 'RUNVOY_POLICY_FILE',
      message: expect.stringMatching(/line 2: .*line 3: .*line 4: .*line 5: .*line 6: .*line 7: .*line 8: .*line 9: /),
    });
    await expect(createAccess({ policyText: '# nothing\n' })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
  });
});
