/** When a run was recorded as over; asked for without Google's client and without a server, whose calls are counted. */
export async function completion(env: Record<string, string>, executionId: string): Promise<unknown> {
  const database = `projects/${env.RUNVOY_GCP_PROJECT_ID}/databases/runvoy`;
  const url = `http://${env.FIRESTORE_EMULATOR_HOST}/v1/${database}/documents/runvoy-executions/${executionId}`;
  const found = await fetch(url, { headers: { authorization: 'Bearer owner' } });
  return ((await found.json()) as { fields?: Record<string, unknown> }).fields?.completed_at;
}
