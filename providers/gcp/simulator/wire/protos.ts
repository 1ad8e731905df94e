import { createRequire } from 'node:module';
import { protobuf } from 'google-gax';

const require = createRequire(import.meta.url);

/** The npm packages that have Google's own definitions, each with the one that depends on it where it is not ours. */
const packages = {
  run: ['@google-cloud/run'],
  secrets: ['@google-cloud/secret-manager'],
  logging: ['@google-cloud/logging', '@google-cloud/logging-api'],
  scheduler: ['@google-cloud/scheduler'],
  monitoring: ['@google-cloud/monitoring'],
  trace: ['@google-cloud/opentelemetry-cloud-trace-exporter'],
  pubsub: ['@google-cloud/pubsub'],
} as const;

export type ProtoPackage = keyof typeof packages;

const roots = new Map<ProtoPackage, protobuf.Root>();

/** Everything that one SDK package knows about its service: 10 to 30 ms the first time. */
export function protosOf(name: ProtoPackage): protobuf.Root {
  let root = roots.get(name);
  if (!root) {
    root = protobuf.Root.fromJSON(definitionsOf(name));
    root.resolveAll();
    roots.set(name, root);
  }
  return root;
}

function definitionsOf(name: ProtoPackage): protobuf.INamespace {
  const [own, behind] = packages[name];
  const from = behind === undefined ? require : createRequire(require.resolve(own));
  return from(`${behind ?? own}/build/protos/protos.json`);
}

/** As handlers see messages: unset lists and maps are empty, unset messages null, members of a `oneof` absent. */
const conversion: protobuf.IConversionOptions = { longs: String, enums: String, defaults: true, oneofs: true };

export function decode(type: protobuf.Type, bytes: Uint8Array): object {
  return type.toObject(type.decode(bytes), conversion);
}

export function encode(type: protobuf.Type, value: object): Buffer {
  return Buffer.from(type.encode(type.fromObject(value)).finish());
}

/** The message as handlers see it, from any partial form of it. */
export function complete<T extends object>(name: ProtoPackage, type: string, value: T): T {
  const found = protosOf(name).lookupType(type);
  return found.toObject(found.fromObject(value), conversion) as T;
}

/** A `google.protobuf.Any` of it. */
export function packAny(name: ProtoPackage, type: string, value: object): { type_url: string; value: Buffer } {
  return { type_url: `type.googleapis.com/${type}`, value: encode(protosOf(name).lookupType(type), value) };
}
