/**
 * The address of the client: that of the connection, or, behind `trustedProxies` proxies, the entry of `X-Forwarded-For` that
 * the outermost of them appended. A client can write anything left of that, so nothing left of it is looked at.
 */
export function clientAddressOf(
  connectionAddress: string | undefined,
  forwardedFor: string | null,
  trustedProxies: number,
): string | undefined {
  if (trustedProxies === 0 || forwardedFor === null) return connectionAddress;
  const entries = forwardedFor.split(',');
  const entry = entries.at(-trustedProxies)?.trim();
  return entry || connectionAddress;
}
