/** `<error's name>: <message>` of a call that must fail, with its HTTP status in front when it is not 400. */
export async function refused(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    return `${status === undefined || status === 400 ? '' : `${status} `}${name}: ${message}`;
  }
  throw new Error('it was not refused');
}
