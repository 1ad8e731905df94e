import type { Deployment } from '../deployment.ts';
import { arnOf } from '../names.ts';

/** Names are written with or without a slash at their start; ARNs have exactly one. */
export const parameterArn = ({ names }: Deployment, name: string): string =>
  name.startsWith('arn:') ? name : arnOf(names, 'ssm', `parameter/${plainName(name).replace(/^\//, '')}`);

/** Without the version or label of a selector, as `name:3`. */
export const plainName = (name: string): string =>
  name.startsWith('arn:') ? name.replace(/^[^/]*parameter/, '') : name.replace(/:[^/:]*$/, '');
