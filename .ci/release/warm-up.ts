import { chownSync, mkdirSync } from 'node:fs';
import { createRequire, enableCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * While the image is built: starts the server once, as on Google Cloud and without reaching anything, so that Node.js writes down what it has compiled. The containers
 * begin with that, and cannot write any themselves. Node.js keeps it apart by user, so it is the one that they run as.
 */
const [folder, user] = ['/app/cache', 1000];
mkdirSync(folder);
chownSync(folder, user, user);
process.setgid?.(user);
process.setuid?.(user);
enableCompileCache(folder);

const nowhere = '127.0.0.1:9';
Object.assign(process.env, {
  RUNVOY_BACKEND_PROVIDER: 'gcp',
  RUNVOY_HOST: '127.0.0.1',
  RUNVOY_PUBLIC_URL: 'http://127.0.0.1:8080',
  RUNVOY_LOG_LEVEL: 'error',
  RUNVOY_GCP_PROJECT_ID: 'warm-up',
  RUNVOY_GCP_REGION: 'us-central1',
  RUNVOY_GCP_ENDPOINT: nowhere,
  FIRESTORE_EMULATOR_HOST: nowhere,
  PUBSUB_EMULATOR_HOST: nowhere,
});
createRequire(import.meta.url)('/app/server.cjs');

async function untilItAnswers(): Promise<void> {
  for (let attempts = 600; attempts > 0; attempts--) {
    const response = await fetch('http://127.0.0.1:8080/api/v1/health').catch(() => undefined);
    if (response?.ok) process.exit(0);
    await pause(100);
  }
  process.exit(1);
}

void untilItAnswers();
