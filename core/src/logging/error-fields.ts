/**
 * An error as log fields: what it is and where it comes from, its causes included. Other properties are left out on purpose:
 * SDKs hang whole requests, with their credentials, on the errors they throw.
 */
export function errorFields(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && depth < 5 && { cause: errorFields(error.cause, depth + 1) }),
  };
}
