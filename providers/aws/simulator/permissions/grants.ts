import table from '../../deploy/permissions.json' with { type: 'json' };

/** A line of the permission table (providers/aws/deploy/permissions.json). */
export interface Grant {
  /** `orchestrator`, `processor`, `task`, `execution`, or the name of a role. */
  role: string;
  actions: readonly string[];
  /** ARNs with `*`, and `${project}`, `${account}`, `${region}`, … for what a deployment calls its own. */
  resources: readonly string[];
  /** Why it is needed, for people. */
  reason: string;
  /** Holds only for deployments of this generation of upstream's stack. */
  generation?: 'released' | 'main';
}

/** The table that the deployed stack's roles are made of. */
export const deployedGrants = (table as { grants: Grant[] }).grants;
