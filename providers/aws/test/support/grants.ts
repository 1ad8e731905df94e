import additional from '../../deploy/additional-permissions.json' with { type: 'json' };
import { deployedGrants, type Grant } from '../../simulator/permissions/grants.ts';

/** What a stack may be given beyond upstream's roles. */
export const additionalGrants: readonly Grant[] = additional.grants;
export { deployedGrants };
