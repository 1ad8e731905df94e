// Stands for the SDK of a cloud: a package that takes a while to import.
import 'vite';

export { reference as default } from '../../reference/plugin.ts';
