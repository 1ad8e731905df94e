import { afterAll, beforeAll, vi } from 'vitest';
import { type SimulatedCloud, type SimulatorOptions, startSimulator } from '../../../simulator/index.ts';
import { Clients } from './clients.ts';

export interface Simulated {
  cloud: SimulatedCloud;
  /** Clients of a project of its own. */
  fresh(): Clients;
  /** What the simulator told. */
  said: string[];
}

/** One simulator for a test file, whose seed is printed when the file fails. */
export function simulated(options: SimulatorOptions = {}): Simulated {
  const said: string[] = [];
  const opened: Clients[] = [];
  const held = { said } as unknown as Simulated;
  let projects = 0;
  held.fresh = () => {
    const clients = new Clients(held.cloud, `project-${++projects}`);
    opened.push(clients);
    return clients;
  };
  beforeAll(async () => {
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    held.cloud = await startSimulator({ log: (text) => said.push(text), ...options });
    process.stderr.write(`simulator: seed ${held.cloud.seed}\n`);
  });
  afterAll(async () => {
    await Promise.all(opened.map((clients) => clients.close()));
    await held.cloud?.close();
  });
  return held;
}
