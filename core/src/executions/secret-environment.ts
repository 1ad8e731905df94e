/** Upstream's list: a variable with one of these in its name is treated as a secret wherever it comes from. */
const secretWords = [
  'ACCESS_KEY',
  'API_KEY',
  'API_SECRET',
  'GITHUB_SECRET',
  'GITHUB_TOKEN',
  'PASSWORD',
  'PRIVATE_KEY',
  'SECRET_KEY',
  'SECRET',
  'TOKEN',
];

export function looksSecret(variable: string): boolean {
  const name = variable.toUpperCase();
  return secretWords.some((word) => name.includes(word));
}

/** Divides a run's variables: what the request gives wins over a named secret of the same variable. */
export function divideEnvironment(
  requested: Record<string, string>,
  revealed: Record<string, string>,
): { env: Record<string, string>; secretEnv: Record<string, string> } {
  const env: Record<string, string> = {};
  const secretEnv: Record<string, string> = { ...revealed };
  for (const [name, value] of Object.entries(requested)) {
    if (Object.hasOwn(revealed, name) || looksSecret(name)) secretEnv[name] = value;
    else env[name] = value;
  }
  return { env, secretEnv };
}
