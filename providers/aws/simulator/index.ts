export type { LoggedCall } from './control/call-log.ts';
export type { Capacity, Delivery, Fault, ImageConfiguration, Knobs, Throttle } from './control/knobs.ts';
export type { Generation } from './dynamodb/layout.ts';
export type { Handler, LambdaContext } from './lambda/lambda-function.ts';
export type { Names } from './names.ts';
export type { UnusedGrant } from './permissions/access.ts';
export type { Grant } from './permissions/grants.ts';
export type { Handlers, SimulatedDeployment } from './simulated-deployment.ts';
export {
  type DeploymentOptions,
  type SimulatedCloud,
  type SimulatorOptions,
  startSimulator,
} from './start-simulator.ts';
