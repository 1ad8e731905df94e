import type { CallOptions, Capabilities, OpenContext, Provider, ProviderEvent } from '@runvoy/core/provider';
import { RunvoyError } from '@runvoy/core/provider';
import { Lifecycle } from '@runvoy/core/toolkit';
import { LocalBackendLogs } from './backend-logs.ts';
import { claimServer } from './claim-server.ts';
import { classify } from './classify.ts';
import type { LocalConfig } from './config.ts';
import { files, prepareFolder } from './data-folder.ts';
import { openDatabase } from './database/open-database.ts';
import type { ProcessLock } from './database/process-lock.ts';
import { LogChanges } from './logs/log-changes.ts';
import { LocalLogs } from './logs/logs.ts';
import { LocalSecrets } from './secrets/secrets.ts';
import { prepareLayout } from './store/layout.ts';
import { LocalStore } from './store/store.ts';
import { SupervisorClient } from './supervisor/client.ts';
import { decode, listen } from './task-events.ts';
import { DockerEngine } from './tasks/docker-engine.ts';
import { defaultImage } from './tasks/image-policy.ts';
import { openTaskDatabase } from './tasks/task-database.ts';
import { LocalTasks } from './tasks/tasks.ts';
import { Templates } from './tasks/templates.ts';

/** What a pipe takes in at once is not the limit: this is held in memory, and sent as text. */
const maximumStdinBytes = 512 * 1024;

export async function openProvider(config: LocalConfig, context: OpenContext): Promise<Provider> {
  if (process.platform === 'win32') {
    throw new RunvoyError('UNSUPPORTED', 'the local provider does not run on Windows itself', {
      remedy: 'Run runvoy inside WSL, the Windows Subsystem for Linux.',
    });
  }
  const { folder } = config;
  prepareFolder(folder);
  const supervisor = new SupervisorClient(folder, { ...config.dockerEnvironment, ...config.hostEnvironment });
  const lifecycle = new Lifecycle('local');
  // Its start takes longer than all that follows here, so it comes first; nobody waits for it before the first run.
  if (context.role !== 'websocket') {
    supervisor.connect().catch((error) => {
      if (!lifecycle.closed.aborted) context.log.warn({ err: error }, 'the supervisor cannot be reached');
    });
  }
  const opened = new DisposableStack();
  opened.defer(() => supervisor.close());
  try {
    const metadata = opened.adopt(openDatabase(files.metadata(folder)), (database) => database.close());
    const tasks = opened.adopt(openTaskDatabase(files.tasks(folder)), (database) => database.close());
    prepareLayout(metadata);
    opened.defer(() => lifecycle.close());
    const store = opened.adopt(new LocalStore(metadata, lifecycle, context.now), (it) => it.flush());
    const engine = new DockerEngine(config.dockerEnvironment);
    const changes = opened.adopt(new LogChanges(tasks, supervisor), (it) => it.close());
    const backendLogs = opened.adopt(new LocalBackendLogs(files.serverLog(folder), lifecycle), (it) => it.flush());
    let serverLock: ProcessLock | undefined;
    opened.defer(() => serverLock?.release());
    return {
      name: 'local',
      capabilities: capabilities(config, engine),
      store,
      secrets: new LocalSecrets(metadata, lifecycle, context.now, files.key(folder)),
      tasks: new LocalTasks(tasks, config, lifecycle, supervisor, engine, new Templates(metadata)),
      logs: new LocalLogs(tasks, lifecycle, changes),
      identities: {
        async exists(_name: string, call?: CallOptions): Promise<boolean> {
          lifecycle.enter(call);
          return false;
        },
      },
      backendLogs,
      defaultImage: defaultImage(config.runtime),
      defaultPlatform: process.arch === 'arm64' ? 'Linux/ARM64' : 'Linux/X86_64',
      async decode(raw: unknown, call?: CallOptions): Promise<ProviderEvent[]> {
        lifecycle.enter(call);
        return decode(raw);
      },
      listen: (deliver, call) => listen(tasks, supervisor, lifecycle, deliver, call),
      async claimServer(): Promise<void> {
        lifecycle.enter();
        serverLock ??= claimServer(folder);
      },
      classify,
      async close(): Promise<void> {
        opened.dispose();
      },
    };
  } catch (error) {
    opened.dispose();
    throw error;
  }
}

function capabilities({ runtime }: LocalConfig, engine: DockerEngine): Capabilities {
  const noImages = 'commands run as processes of this machine, without isolation';
  const hasContainers = runtime === 'docker' || (runtime === 'auto' && engine.installed);
  return {
    images: hasContainers ? true : { no: noImages },
    timeouts: true,
    outOfMemory: runtime === 'docker' ? true : { no: 'the memory of a process of this machine is not limited' },
    stdin: { maximumBytes: maximumStdinBytes },
    masking: true,
    archive: { no: 'the log is written by the supervisor itself: there is no other record' },
    identities: { no: 'commands run as the user of this machine' },
  };
}
