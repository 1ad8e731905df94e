/** For whoever tests a provider, @runvoy/conformance above all: how core itself opens one, and what tests need of a network. */
export { checkPlugin } from '../config/check-plugin.ts';
export { openProvider } from '../config/open-provider.ts';
export { guardProvider } from '../guard.ts';
export { quietLog } from '../logging/quiet-log.ts';
export { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
export { freePort } from './free-port.ts';
