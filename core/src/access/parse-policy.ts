import { RunvoyError } from '../contract/errors.ts';

export interface Policy {
  /** `[subject, object, action, effect]`. */
  rules: string[][];
  /** `[role, role that it inherits from]`. */
  inheritance: string[][];
  /** In the order of their first mention. */
  roles: string[];
}

/** The subject that stands for the owners of a resource; not a role. */
export const ownerSubject = 'owner';

const actions = new Set(['read', 'create', 'update', 'delete', 'use', '*']);

/** Reads a casbin policy in CSV. Rejects with CONFIGURATION_INVALID naming the line of every error. */
export function parsePolicy(text: string): Policy {
  const rules = new Map<string, string[]>();
  const inheritance = new Map<string, string[]>();
  const problems: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const [type, ...fields] = line.split(',').map(readField);
    const problem = type === 'p' ? problemOfRule(fields) : type === 'g' ? problemOfInheritance(fields) : unknownType;
    if (problem) problems.push(`line ${index + 1}: ${problem} (${line.trim()})`);
    else if (type === 'p') rules.set(fields.join(), fields);
    else inheritance.set(fields.join(), fields);
  }
  const mentioned = [...[...rules.values()].map(([subject]) => subject!), ...[...inheritance.values()].flat()];
  const roles = [...new Set(mentioned)].filter((role) => role !== ownerSubject);
  if (roles.length === 0 && problems.length === 0) problems.push('it has no rule for any role');
  if (problems.length > 0)
    throw new RunvoyError('CONFIGURATION_INVALID', `the access policy is wrong: ${problems.join('; ')}`, {
      field: 'RUNVOY_POLICY_FILE',
      remedy: 'Write rules as: p, <role or owner>, <path such as /api/v1/secrets/*>, <action or *>, <allow or deny>',
    });
  return { rules: [...rules.values()], inheritance: [...inheritance.values()], roles };
}

const unknownType = 'a line is a rule (p, …) or an inheritance of roles (g, …)';

/** Upstream's files write roles as `role:admin`. */
function readField(field: string): string {
  return field
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^role:/, '');
}

function problemOfRule(fields: string[]): string | undefined {
  const [subject, object, action, effect] = fields;
  if (fields.length !== 4) return `a rule has 4 fields after p, this one has ${fields.length}`;
  if (!subject) return 'the role is empty';
  if (!object?.startsWith('/')) return 'the object must be a path that starts with /';
  if (!isPattern(object)) return 'the object is not a pattern that can be matched';
  if (!actions.has(action ?? '')) return `the action must be one of ${[...actions].join(', ')}`;
  if (effect !== 'allow' && effect !== 'deny') return 'the effect must be allow or deny';
  return undefined;
}

function problemOfInheritance(fields: string[]): string | undefined {
  if (fields.length !== 2 || fields.some((field) => field === '')) return 'an inheritance names two roles after g';
  if (fields.includes(ownerSubject)) return `${ownerSubject} is not a role`;
  if (fields[0]!.includes('@')) return 'users get their roles when they are invited, not from the policy';
  return undefined;
}

/** Patterns become regular expressions, which some texts are not. */
function isPattern(object: string): boolean {
  try {
    new RegExp(object.replaceAll('/*', '/.*'));
    return true;
  } catch {
    return false;
  }
}
