import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@runvoy/core/testing';
import type { EmulatorName, Source } from './emulator.ts';
import { keepProcess } from './kept-process.ts';
import { untilReady } from './until-ready.ts';

const run = promisify(execFile);
const readySeconds = 60;
const attempts = 3;
/** They take a quarter of the machine's memory each otherwise. */
const heap = '-Xmx512m';

interface Jar {
  engine: string;
  /** As gcloud calls what it installs. */
  component: string;
  /** Below the SDK's folder. */
  pattern: string;
  words(jar: string): string[];
}

const jars: Partial<Record<EmulatorName, Jar>> = {
  firestore: {
    engine: 'cloud-firestore-emulator',
    component: 'cloud-firestore-emulator',
    pattern: 'platform/cloud-firestore-emulator/*.jar',
    // It has no main class of its own. Its log is looked for in English.
    words: (jar) => ['-Duser.language=en', '-cp', jar, 'com.google.cloud.datastore.emulator.firestore.CloudFirestore'],
  },
  pubsub: {
    engine: 'cloud-pubsub-emulator',
    component: 'pubsub-emulator',
    pattern: 'platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar',
    words: (jar) => ['-jar', jar],
  },
};

/** The emulators that `gcloud components install` puts on a machine. */
export function fromSdk(name: EmulatorName): Source {
  return async ({ signal }) => {
    const jar = jars[name];
    if (!jar) return { no: 'the Google Cloud SDK has no emulator of it' };
    const [root, java] = await Promise.all([sdkRoot(), hasJava()]);
    if (root === undefined) return { no: 'gcloud is not installed' };
    if (!java) return { no: 'java is not installed' };
    const [file] = globSync(join(root, jar.pattern));
    if (file === undefined) return { no: `the Google Cloud SDK lacks it: gcloud components install ${jar.component}` };
    let problem = '';
    for (let attempt = 0; attempt < attempts && !signal?.aborted; attempt++) {
      const host = `127.0.0.1:${await freePort()}`;
      const [address, port] = host.split(':');
      const kept = keepProcess([
        'java',
        heap,
        '-XX:+UseSerialGC',
        ...jar.words(file),
        `--host=${address}`,
        `--port=${port}`,
      ]);
      const exited = new AbortController();
      void kept.ended.then(() => exited.abort());
      const over = AbortSignal.any([
        exited.signal,
        AbortSignal.timeout(readySeconds * 1000),
        ...(signal ? [signal] : []),
      ]);
      // Somebody else may have taken the port meanwhile, and answer in its place.
      if ((await untilReady(host, over)) && !exited.signal.aborted)
        return {
          name,
          host,
          engine: jar.engine,
          version: await versionOf(root, jar.component),
          found: 'Google Cloud SDK',
          stop: kept.stop,
        };
      await kept.stop();
      problem = await kept.ended;
    }
    return { no: `${basename(file)} did not start: ${problem.split('\n').at(-1)}` };
  };
}

let root: Promise<string | undefined> | undefined;

/** Asked once: gcloud takes a second. */
function sdkRoot(): Promise<string | undefined> {
  root ??= run('gcloud', ['info', '--format=value(installation.sdk_root)']).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
  return root;
}

/** From what gcloud has noted when it installed the component. */
async function versionOf(folder: string, component: string): Promise<string> {
  try {
    const snapshot = JSON.parse(await readFile(join(folder, '.install', `${component}.snapshot.json`), 'utf8'));
    const found = snapshot.components.find(({ id }: { id: string }) => id === component);
    return String(found.version.version_string);
  } catch {
    return 'unknown';
  }
}

const hasJava = (): Promise<boolean> =>
  run('java', ['-version']).then(
    () => true,
    () => false,
  );
