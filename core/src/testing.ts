/** How core itself opens a provider, for whoever tests one: @runvoy/conformance above all. */
export { checkPlugin } from './config/check-plugin.ts';
export { openProvider } from './config/open-provider.ts';
export { guardProvider } from './guard.ts';
