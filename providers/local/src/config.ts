import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';

export type Runtime = 'auto' | 'process' | 'docker';

export interface LocalConfig {
  /** Where everything is kept. */
  folder: string;
  runtime: Runtime;
  /** What runs inherit of the environment of the process that starts them. */
  hostEnvironment: Record<string, string>;
  /** The settings of the `docker` command line. */
  dockerEnvironment: Record<string, string>;
}

/** A run sees these of its starter's variables and no others: not the API keys and cloud credentials of a server. */
const inheritedNames = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL', 'LC_CTYPE'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
];
const dockerNames = [
  ...['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY'],
  ...['DOCKER_API_VERSION', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK'],
];

const unset = (value: unknown): unknown => (value === '' ? undefined : value);

export const config = z
  .record(z.string(), z.string().optional())
  .transform((environment) => ({ environment, ...pick(environment, ['RUNVOY_HOME', 'RUNVOY_LOCAL_RUNTIME']) }))
  .pipe(
    z.object({
      environment: z.record(z.string(), z.string().optional()),
      RUNVOY_HOME: z.preprocess(
        unset,
        z
          .string()
          .refine(isAbsolute, 'must be an absolute path, such as /home/ana/.runvoy; a ~ is not expanded here')
          .optional(),
      ),
      RUNVOY_LOCAL_RUNTIME: z.preprocess(
        unset,
        z
          .enum(['auto', 'process', 'docker'], {
            error:
              'must be process (runs on this machine, without isolation), docker (containers) or auto (the image decides)',
          })
          .default('auto'),
      ),
    }),
  )
  .transform(
    ({ environment, RUNVOY_HOME, RUNVOY_LOCAL_RUNTIME }): LocalConfig => ({
      folder: join(RUNVOY_HOME ?? join(homedir(), '.runvoy'), 'local'),
      runtime: RUNVOY_LOCAL_RUNTIME,
      hostEnvironment: pick(environment, inheritedNames),
      dockerEnvironment: pick(environment, dockerNames),
    }),
  );

function pick(environment: Record<string, string | undefined>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
