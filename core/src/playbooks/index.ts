export { type Parameter, resolveParameters, valueProblem } from './parameter.ts';
export { type Playbook, readPlaybook } from './playbook.ts';
