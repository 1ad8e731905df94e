/**
 * Upstream's roles. Objects are URL paths without a slash at the end; `*` matches any depth. The subject `owner` is whoever owns
 * the resource, whatever the role; a `deny` wins over every `allow`.
 */
export const defaultPolicy = `
p, admin, /api/v1/*, *, allow

p, operator, /api/v1/executions, read, allow
p, operator, /api/v1/executions/*, create, allow
p, operator, /api/v1/executions/*, delete, allow
p, operator, /api/v1/executions/*, read, allow
p, operator, /api/v1/health/reconcile, create, allow
p, operator, /api/v1/images, read, allow
p, operator, /api/v1/images/*, create, allow
p, operator, /api/v1/images/*, delete, allow
p, operator, /api/v1/images/*, read, allow
p, operator, /api/v1/images/*, use, allow
p, operator, /api/v1/run, create, allow
p, operator, /api/v1/secrets, create, allow
p, operator, /api/v1/secrets, read, allow
p, operator, /api/v1/secrets/*, delete, allow
p, operator, /api/v1/secrets/*, read, allow
p, operator, /api/v1/secrets/*, update, allow
p, operator, /api/v1/secrets/*, use, allow
p, operator, /api/v1/users, read, allow
p, operator, /api/v1/users/*, read, allow
p, operator, /api/v1/whoami, read, allow
p, operator, /api/v1/whoami/rotate, create, allow

p, developer, /api/v1/executions, read, allow
p, developer, /api/v1/images/*, use, allow
p, developer, /api/v1/run, create, allow
p, developer, /api/v1/secrets, create, allow
p, developer, /api/v1/secrets/*, delete, allow
p, developer, /api/v1/secrets/*, update, allow
p, developer, /api/v1/secrets/*, use, allow
p, developer, /api/v1/users, *, deny
p, developer, /api/v1/users/*, *, deny
p, developer, /api/v1/whoami, read, allow
p, developer, /api/v1/whoami/rotate, create, allow

p, viewer, /api/v1/executions, read, allow
p, viewer, /api/v1/users, *, deny
p, viewer, /api/v1/users/*, *, deny
p, viewer, /api/v1/whoami, read, allow
p, viewer, /api/v1/whoami/rotate, create, allow

p, owner, /api/v1/executions/*, *, allow
p, owner, /api/v1/images/*, *, allow
p, owner, /api/v1/secrets/*, *, allow
`;
