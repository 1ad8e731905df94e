import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/config/duration.ts';
import { readSettings } from '../../src/config/settings.ts';
import { RunvoyError } from '../../src/provider.ts';

it.each([
  ['90s', 90],
  ['1h30m', 5400],
  ['500ms', 0.5],
  ['1.5h', 5400],
  ['90', 90],
  ['0', 0],
  ['', undefined],
  ['-1s', undefined],
  ['1d', undefined],
  ['1h 30m', undefined],
  ['m', undefined],
])('reads the duration "%s" as %s seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

describe('settings', () => {
  it('have defaults for everything', () => {
    expect(readSettings({})).toEqual({
      role: 'all',
      provider: 'local',
      host: '127.0.0.1',
      port: 56212,
      corsOrigins: ['https://web.runvoy.site/', 'https://dev.web.runvoy.site/', 'http://localhost:5173/'],
      trustedProxies: 0,
      logLevel: 'info',
      requestsPerSecond: 50,
      maximumBodyBytes: 1_048_576,
      requestTimeoutSeconds: 60,
      initTimeoutSeconds: 10,
      defaultTimeoutSeconds: 3600,
      shutdownGraceSeconds: 10,
    });
  });

  it('come from the environment', () => {
    const settings = readSettings({
      RUNVOY_ROLE: 'Orchestrator',
      RUNVOY_BACKEND_PROVIDER: './My-Provider.ts',
      RUNVOY_HOST: '0.0.0.0',
      RUNVOY_PORT: '0',
      RUNVOY_DEV_SERVER_PORT: '8080',
      RUNVOY_PUBLIC_URL: 'https://runvoy.example.com/',
      RUNVOY_WEB_URL: 'http://localhost:4173',
      RUNVOY_CORS_ALLOWED_ORIGINS: 'https://a.example, https://b.example,',
      RUNVOY_LOG_LEVEL: 'DEBUG',
      RUNVOY_POLICY_FILE: 'policy.csv',
      RUNVOY_RATE_LIMIT: '0',
      RUNVOY_DEFAULT_TIMEOUT: '1h30m',
      RUNVOY_REQUEST_TIMEOUT: '',
    });
    expect(settings).toMatchObject({
      role: 'orchestrator',
      provider: './My-Provider.ts',
      host: '0.0.0.0',
      port: 0,
      publicUrl: 'https://runvoy.example.com',
      webUrl: 'http://localhost:4173',
      corsOrigins: ['https://a.example', 'https://b.example'],
      logLevel: 'debug',
      policyFile: 'policy.csv',
      requestsPerSecond: 0,
      defaultTimeoutSeconds: 5400,
      requestTimeoutSeconds: 60,
    });
    expect(readSettings({ RUNVOY_DEV_SERVER_PORT: '8080' }).port).toBe(8080);
  });

  it('are refused all at once, by name', () => {
    const wrong = {
      RUNVOY_ROLE: 'king',
      RUNVOY_PORT: '65536',
      RUNVOY_PUBLIC_URL: 'runvoy.example.com',
      RUNVOY_WEB_URL: 'ftp://example.com',
      RUNVOY_LOG_LEVEL: 'loud',
      RUNVOY_RATE_LIMIT: '-1',
      RUNVOY_MAX_BODY_BYTES: 'many',
      RUNVOY_REQUEST_TIMEOUT: 'soon',
      RUNVOY_INIT_TIMEOUT: '0',
      RUNVOY_DEFAULT_TIMEOUT: '169h',
      RUNVOY_SHUTDOWN_GRACE: '-5s',
      RUNVOY_TRUSTED_PROXIES: '1.5',
    };
    let failure: unknown;
    try {
      readSettings(wrong);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(RunvoyError);
    expect(failure).toMatchObject({ code: 'CONFIGURATION_INVALID', remedy: expect.any(String) });
    const { field, message } = failure as RunvoyError;
    expect(field?.split(', ').sort()).toEqual(Object.keys(wrong).sort());
    for (const name of Object.keys(wrong)) expect(message).toContain(name);
  });
});
