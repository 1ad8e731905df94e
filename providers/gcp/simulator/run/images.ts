/** An image that can be pulled, as far as it matters when its programs are those of this machine. */
export interface Image {
  /** What runs when the container has no `command`. */
  entrypoint: readonly string[];
  /** What runs when it has neither `command` nor `args`. */
  cmd: readonly string[];
}

const shell: Image = { entrypoint: [], cmd: ['/bin/sh'] };
const program = (name: string): Image => ({ entrypoint: [], cmd: [name] });

/** Of Docker Hub: its library, and what is needed besides. */
const library: Readonly<Record<string, Image>> = {
  alpine: shell,
  'alpine/git': program('git'),
  bash: program('bash'),
  busybox: shell,
  debian: program('bash'),
  golang: program('bash'),
  httpd: shell,
  node: program('node'),
  perl: program('perl'),
  php: program('php'),
  python: program('python3'),
  ruby: program('irb'),
  rust: program('bash'),
  ubuntu: program('bash'),
};

const registries = /^(docker\.io|mirror\.gcr\.io)\//;
/** Artifact Registry: a remote repository of Docker Hub answers under the project's own name. */
const artifactRegistry = /^[a-z0-9-]+-docker\.pkg\.dev\/[^/]+\/[^/]+\//;

/** The images that there are: the well-known ones under every tag, and those that a test adds. */
export class Images {
  readonly #added = new Map<string, Image>();

  /** `name`: exactly as containers name it. */
  add(name: string, image: Partial<Image> = {}): void {
    this.#added.set(name, { ...shell, ...image });
  }

  find(name: string): Image | undefined {
    const added = this.#added.get(name);
    if (added) return added;
    const mirrored = name.replace(artifactRegistry, '');
    // The remote repository asks Docker Hub for the path as it stands.
    if (mirrored !== name && !mirrored.includes('/')) return undefined;
    const path = mirrored.replace(registries, '').replace(/^library\//, '');
    const [repository] = path.split(/[:@]/);
    return Object.hasOwn(library, repository!) ? library[repository!] : undefined;
  }
}
