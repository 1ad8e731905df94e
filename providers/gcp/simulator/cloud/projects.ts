import type { ContainerHost } from '../containers/container-host.ts';
import { Accounts } from '../iam/accounts.ts';
import { Policies } from '../iam/policies.ts';
import type { Tokens } from '../iam/tokens.ts';
import { Kms } from '../kms/kms.ts';
import { Logging } from '../logging/logging.ts';
import { Monitoring } from '../monitoring/monitoring.ts';
import type { PubSub } from '../push/pubsub.ts';
import { PubSubFront } from '../push/pubsub-front.ts';
import type { Images } from '../run/images.ts';
import { Run } from '../run/run.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { Secrets } from '../secrets/secrets.ts';
import type { Cloud } from './cloud.ts';
import { invalidArgument } from './cloud-error.ts';
import { type Project, projectNumber } from './project.ts';

const idPattern = /^[a-z][a-z0-9-]{3,28}[a-z0-9]$/;

export interface SharedParts {
  cloud: Cloud;
  pubsub: PubSub;
  host: ContainerHost;
  images: Images;
  tokens: Tokens;
  standIns: string;
}

/** Projects exist as soon as somebody names them. Their number is as good a name as their id. */
export class Projects {
  readonly #parts: SharedParts;
  readonly #byId = new Map<string, Project>();
  readonly #idOfNumber = new Map<string, string>();

  constructor(parts: SharedParts) {
    this.#parts = parts;
  }

  of(name: string): Project {
    const id = this.#idOfNumber.get(name) ?? name;
    return this.#byId.get(id) ?? this.#create(id);
  }

  all(): Project[] {
    return [...this.#byId.values()];
  }

  #create(id: string): Project {
    if (!idPattern.test(id))
      throw invalidArgument(
        `'${id}' is no project id: 5 to 30 lowercase letters, digits and dashes, beginning with a letter`,
      );
    const { cloud, pubsub, tokens, ...run } = this.#parts;
    const identity = { id, number: projectNumber(id) };
    const policies = new Policies();
    const logging = new Logging(cloud, identity, policies, pubsub);
    const secrets = new Secrets(cloud, identity);
    const project: Project = {
      ...identity,
      cloud,
      accounts: new Accounts(identity, cloud.permissions.accounts),
      policies,
      kms: new Kms(policies),
      secrets,
      logging,
      run: new Run({ ...run, cloud, project: identity, logging, secrets, tokens }),
      scheduler: new Scheduler({ cloud, tokens, pubsub }),
      monitoring: new Monitoring(),
      spans: [],
      pubsub,
      pubsubFront: new PubSubFront({ cloud, pubsub, tokens }),
    };
    this.#byId.set(id, project);
    this.#idOfNumber.set(identity.number, id);
    return project;
  }
}
