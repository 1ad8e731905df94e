// Starts the built server of @runvoy/gcp as `runvoy serve` does, asks it once who has a key that nobody has, and prints the
// milliseconds of CPU that this process has used. Firestore is the emulator that the environment names.
require('node:module').enableCompileCache(process.env.RUNVOY_BENCH_CACHE);
const { get } = require('node:http');
const { startServer } = require('../../bin/dist/server.cjs');

async function main() {
  const server = await startServer({
    env: {
      ...process.env,
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_ROLE: 'orchestrator',
      RUNVOY_PORT: '0',
      RUNVOY_LOG_LEVEL: 'error',
      RUNVOY_GCP_PROJECT_ID: 'bench-project',
      RUNVOY_GCP_REGION: 'us-central1',
      RUNVOY_GCP_ENDPOINT: '127.0.0.1:9',
    },
  });
  const status = await new Promise((resolve, reject) => {
    const request = get(`${server.url}/api/v1/whoami`, { headers: { 'x-api-key': 'nobody' } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
  });
  const { user, system } = process.cpuUsage();
  if (status !== 401) throw new Error(`answered with ${status}`);
  await server.close();
  // The cache is written when the program ends.
  process.stdout.write(String((user + system) / 1000));
}

main();
