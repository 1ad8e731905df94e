export { reference as default } from './plugin.ts';
