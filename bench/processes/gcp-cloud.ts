import { lay } from '../../providers/gcp/dev/lay.ts';
import { openCloud } from '../../providers/gcp/test/support/cloud.ts';
import { openDelayingProxy } from '../../providers/gcp/test/support/delaying-proxy.ts';
import { answer } from '../harness/process.ts';

export type GcpCloud = {
  /**
   * Google's emulators and the simulated rest, each call of which is answered so many milliseconds late; the settings of a deployment
   * in them whose server listens on `port`. Text: why there are none.
   */
  start(options: { rpcMilliseconds: number; port: number }): Promise<Record<string, string> | string>;
};

answer({
  start: async ({ rpcMilliseconds, port }) => {
    const cloud = await openCloud();
    process.once('SIGTERM', async () => {
      await cloud.close();
      process.exit();
    });
    const [missing] = cloud.emulators.missing.values();
    if (missing !== undefined) return missing;
    const settings = cloud.settings('bench-project');
    const env: typeof settings = { ...settings, RUNVOY_GCP_PROCESSOR_URL: `http://127.0.0.1:${port}` };
    await lay(env);
    if (rpcMilliseconds === 0) return env;
    cloud.simulator.knobs.rpcLatencyMs = rpcMilliseconds;
    const firestore = await openDelayingProxy(env.FIRESTORE_EMULATOR_HOST!, rpcMilliseconds);
    return { ...env, FIRESTORE_EMULATOR_HOST: firestore.address };
  },
} satisfies GcpCloud);
