import { RunvoyError } from '@runvoy/core/provider';

/** Parameter Store takes paths of up to 15 levels, without empty ones; the prefix has some. */
const maximumLevels = 10;
const encodedFolder = '_encoded';
/** Where the pieces of values are that are too large for one parameter. */
export const partsFolder = '_parts';

/** The path under the prefix: the name itself, as upstream has it, unless Parameter Store could not take it. */
export function pathOf(name: string): string {
  if (!/^[A-Za-z0-9._/-]{1,255}$/.test(name)) {
    throw new RunvoyError('INVALID_REQUEST', 'the name of a secret is 1 to 255 of the characters A-Z a-z 0-9 . _ / -', {
      field: 'name',
      remedy: 'Choose a name of these characters.',
    });
  }
  const levels = name.split('/');
  const isPath = levels.every((level) => level !== '' && !/^\.+$/.test(level)) && levels.length <= maximumLevels;
  const isOurs = levels[0] === encodedFolder || levels[0] === partsFolder;
  return isPath && !isOurs ? name : `${encodedFolder}/${Buffer.from(name).toString('base64url')}`;
}

/** The name that a path was made of; `undefined` for what is no value of its own. */
export function nameOf(path: string): string | undefined {
  const [first, second] = path.split('/');
  if (first === partsFolder) return undefined;
  return first === encodedFolder && second !== undefined ? Buffer.from(second, 'base64url').toString() : path;
}
