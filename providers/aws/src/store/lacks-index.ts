/** Whether DynamoDB refused a query because the table has no such index. */
export function lacksIndex(error: unknown): boolean {
  const { name, message } = error as { name?: unknown; message?: unknown };
  return name === 'ValidationException' && /specified index/i.test(String(message));
}
