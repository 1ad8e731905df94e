/**
 * A package that only those have who want what it is for: `undefined` where it is not installed. The name is no literal, so
 * that neither types nor bundlers look for it.
 */
export async function importOptional<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(name)) as Module;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)) return undefined;
    throw error;
  }
}
