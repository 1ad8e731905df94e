/** For Docker's HEALTHCHECK: 0 when the server answers. (Cloud Run probes by itself, and keeps /healthz for itself.) */
const port = process.env.RUNVOY_PORT ?? '8080';
fetch(`http://127.0.0.1:${port}/api/v1/health`, { signal: AbortSignal.timeout(4000) }).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
);
