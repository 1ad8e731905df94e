/** Whether an error is one that AWS gives one of these names. Classes cannot tell: every client has its own. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return names.includes((error as { name?: string }).name ?? '');
}
