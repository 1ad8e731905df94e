/** The infra commands, in a bundle of their own: whoever runs commands never loads them, nor what signs requests to clouds. */
export { apply } from './apply.ts';
export { destroy } from './destroy.ts';
export { plan } from './plan.ts';
export { status } from './status.ts';
