/** Whether DynamoDB, or an engine that stands in for it, refused a query because the table has no such index. */
export function lacksIndex(error: unknown): boolean {
  const { name, message } = error as { name?: unknown; message?: unknown };
  if (name === 'ValidationException') return /specified index/i.test(String(message));
  return name === 'ResourceNotFoundException' && /invalid index/i.test(String(message));
}
