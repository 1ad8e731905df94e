interface WithTemplate {
  template?: {
    containers?: readonly { env?: readonly { name?: string | null; value?: string | null }[] | null }[] | null;
  } | null;
}

/** Of a Cloud Run execution, which has no labels of its own: the variable that it was started with. */
export function executionIdIn({ template }: WithTemplate): string | undefined {
  for (const { env } of template?.containers ?? []) {
    const found = env?.find(({ name }) => name === 'RUNVOY_EXECUTION_ID')?.value;
    if (found) return found;
  }
  return undefined;
}
