/** What stands before the lines of runvoy itself. The execution id, which nobody can guess, keeps a command from printing it. */
export const systemPrefix = (executionId: string): string => `### runvoy system ${executionId} `;

/** Where the two containers of a task with a sidecar meet. */
export const workspace = '/workspace';
export const sharedFolder = `${workspace}/.runvoy`;
