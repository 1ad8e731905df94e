import { z } from 'zod';
import { maximumTimeoutSeconds } from '../api/schemas.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { HttpSettings } from '../http/settings.ts';
import { parseDuration } from './duration.ts';

/** What this process was told by its environment. */
export interface Settings extends HttpSettings {
  role: 'all' | 'orchestrator' | 'processor' | 'websocket';
  /** Name, package or path of the provider, as it was written. */
  provider: string;
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Where the web viewer is, if not on this server. */
  webUrl?: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Path of a casbin policy in CSV. */
  policyFile?: string;
  /** Seconds that the provider may take to open. */
  initTimeoutSeconds: number;
  /** For runs that name no timeout. */
  defaultTimeoutSeconds: number;
  /** Seconds that requests under way get when the server is stopped. */
  shutdownGraceSeconds: number;
}

const upstreamOrigins = 'https://web.runvoy.site/,https://dev.web.runvoy.site/,http://localhost:5173/';

function duration(minimum: number, maximum: number, fallback: string) {
  return z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const seconds = parseDuration(text);
      if (seconds !== undefined && seconds >= minimum && seconds <= maximum) return seconds;
      context.addIssue(`must be a duration from ${minimum} s to ${maximum} s, such as 90s, 1h30m, or plain seconds`);
      return z.NEVER;
    });
}

function wholeNumber(minimum: number, maximum: number, fallback: string) {
  return z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
      context.addIssue(`must be a whole number from ${minimum} to ${maximum}`);
      return z.NEVER;
    });
}

function oneOf<const T extends readonly string[]>(values: T, fallback: T[number]) {
  return z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const value = values.find((candidate) => candidate === text.toLowerCase());
      if (value !== undefined) return value as T[number];
      context.addIssue(`must be one of ${values.join(', ')}`);
      return z.NEVER;
    });
}

const address = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be a URL that starts with http:// or https://',
  )
  .transform((text) => text.replace(/\/+$/, ''))
  .optional();

const schema = z.object({
  RUNVOY_ROLE: oneOf(['all', 'orchestrator', 'processor', 'websocket'], 'all'),
  RUNVOY_BACKEND_PROVIDER: z.string().default('local'),
  RUNVOY_HOST: z.string().default('127.0.0.1'),
  RUNVOY_PORT: wholeNumber(0, 65_535, '56212'),
  RUNVOY_PUBLIC_URL: address,
  RUNVOY_WEB_URL: address,
  RUNVOY_CORS_ALLOWED_ORIGINS: z
    .string()
    .default(upstreamOrigins)
    .transform((text) =>
      text
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ''),
    ),
  RUNVOY_TRUSTED_PROXIES: wholeNumber(0, 100, '0'),
  RUNVOY_LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error'], 'info'),
  RUNVOY_POLICY_FILE: z.string().optional(),
  RUNVOY_RATE_LIMIT: wholeNumber(0, 1_000_000, '50'),
  RUNVOY_MAX_BODY_BYTES: wholeNumber(1024, 64 * 1024 * 1024, String(1024 * 1024)),
  RUNVOY_REQUEST_TIMEOUT: duration(0, 3600, '60s'),
  RUNVOY_INIT_TIMEOUT: duration(1, 3600, '10s'),
  RUNVOY_DEFAULT_TIMEOUT: duration(1, maximumTimeoutSeconds, '1h'),
  RUNVOY_SHUTDOWN_GRACE: duration(0, 3600, '10s'),
});

/** Reads all settings. Rejects with CONFIGURATION_INVALID, which names every variable that is wrong. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const values = schema.safeParse(present(env));
  if (!values.success) throw wrongSettings(values.error.issues);
  const { data } = values;
  return {
    role: data.RUNVOY_ROLE,
    provider: data.RUNVOY_BACKEND_PROVIDER,
    host: data.RUNVOY_HOST,
    port: data.RUNVOY_PORT,
    corsOrigins: data.RUNVOY_CORS_ALLOWED_ORIGINS,
    trustedProxies: data.RUNVOY_TRUSTED_PROXIES,
    logLevel: data.RUNVOY_LOG_LEVEL,
    requestsPerSecond: data.RUNVOY_RATE_LIMIT,
    maximumBodyBytes: data.RUNVOY_MAX_BODY_BYTES,
    requestTimeoutSeconds: data.RUNVOY_REQUEST_TIMEOUT,
    initTimeoutSeconds: data.RUNVOY_INIT_TIMEOUT,
    defaultTimeoutSeconds: Math.ceil(data.RUNVOY_DEFAULT_TIMEOUT),
    shutdownGraceSeconds: data.RUNVOY_SHUTDOWN_GRACE,
    ...(data.RUNVOY_PUBLIC_URL !== undefined && { publicUrl: data.RUNVOY_PUBLIC_URL }),
    ...(data.RUNVOY_WEB_URL !== undefined && { webUrl: data.RUNVOY_WEB_URL }),
    ...(data.RUNVOY_POLICY_FILE !== undefined && { policyFile: data.RUNVOY_POLICY_FILE }),
  };
}

/** Whether a process in a role does one part of the work. */
export function serves(role: Settings['role'], part: Settings['role']): boolean {
  return role === 'all' || role === part;
}

/** A variable that is set to nothing counts as not set. */
function present(env: Record<string, string | undefined>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const text = env[name]?.trim() || (name === 'RUNVOY_PORT' && env.RUNVOY_DEV_SERVER_PORT?.trim());
    if (text) values[name] = text;
  }
  return values;
}

/** One error for all variables. */
export function wrongSettings(
  issues: readonly { path?: readonly unknown[] | undefined; message: string }[],
): RunvoyError {
  const problems = issues.map(({ path = [], message }) => ({ name: String(path[0] ?? ''), message }));
  const names = [...new Set(problems.map(({ name }) => name).filter((name) => name !== ''))];
  const texts = problems.map(({ name, message }) => (name ? `${name} ${message}` : message));
  return new RunvoyError('CONFIGURATION_INVALID', `wrong settings: ${texts.join('; ')}`, {
    ...(names.length > 0 && { field: names.join(', ') }),
    remedy: 'Correct these environment variables, and start again.',
  });
}
