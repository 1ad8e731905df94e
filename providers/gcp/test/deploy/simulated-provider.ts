import { fileURLToPath } from 'node:url';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { decode, encode, Unknown } from './message-pack.ts';
import type { Block, ProviderSchema } from './provider-schema.ts';

export interface SimulatedProvider {
  /** What makes Terraform use it, in place of a provider that it would download. */
  env: Record<string, string>;
  close(): void;
}

type Values = Record<string, unknown>;
interface Dynamic {
  msgpack: Uint8Array;
}
type Call = (request: { type_name: string } & Record<string, Dynamic>) => unknown;

const toDynamic = (value: unknown): Dynamic => ({ msgpack: encode(value) });
const fromDynamic = ({ msgpack }: Dynamic): Values | null => decode(msgpack) as Values | null;

const protocol = loadSync(fileURLToPath(new URL('plugin-protocol.proto', import.meta.url)), { keepCase: true });
const { Provider } = loadPackageDefinition(protocol).tfplugin5 as unknown as { Provider: ServiceClientConstructor };

/**
 * A provider for the real Terraform that knows the schema and makes nothing: plans say what would be made, and applies make up what
 * Google would answer. `answers` are the values of data sources and of computed attributes, by type.
 */
export async function startSimulatedProvider(
  schema: ProviderSchema,
  answers: Record<string, (values: Values) => Values>,
): Promise<SimulatedProvider> {
  const computed = (type: string, values: Values): Values => {
    const names = Object.entries(schema.resources[type]!).flatMap(([name, attribute]) =>
      (attribute.computed || name === 'id') && values[name] === null ? [name] : [],
    );
    return { ...values, ...Object.fromEntries(names.map((name) => [name, new Unknown()])) };
  };
  const made = (type: string, values: Values): Values => {
    const known = Object.entries(values).map(([name, value]) => [name, value instanceof Unknown ? null : value]);
    const state = Object.fromEntries(known) as Values;
    const answered = { id: `${type}/${String(state.name ?? state.account_id ?? '')}`, ...answers[type]?.(state) };
    // What was known before stays as it is.
    return Object.fromEntries(
      Object.keys({ ...state, ...answered }).map((name) => [name, state[name] ?? answered[name as 'id'] ?? null]),
    );
  };
  const calls: Record<string, Call> = {
    GetSchema: () => ({
      provider: { block: toBlock({ project: { type: 'string' }, region: { type: 'string' } }) },
      resource_schemas: toSchemas(schema.resources),
      data_source_schemas: toSchemas(schema.dataSources),
    }),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    ValidateResourceTypeConfig: () => ({}),
    ValidateDataSourceConfig: () => ({}),
    Configure: () => ({}),
    UpgradeResourceState: ({ raw_state }) => ({
      upgraded_state: { json: (raw_state as unknown as { json: Buffer }).json },
    }),
    ReadResource: ({ current_state }) => ({ new_state: current_state }),
    PlanResourceChange({ type_name, prior_state, proposed_new_state }) {
      const proposed = fromDynamic(proposed_new_state!);
      const isNew = fromDynamic(prior_state!) === null;
      return { planned_state: toDynamic(proposed && isNew ? computed(type_name, proposed) : proposed) };
    },
    ApplyResourceChange({ type_name, planned_state }) {
      const planned = fromDynamic(planned_state!);
      return { new_state: toDynamic(planned && made(type_name, planned)) };
    },
    ReadDataSource({ type_name, config }) {
      const values = fromDynamic(config!)!;
      return { state: toDynamic({ ...values, ...answers[type_name]?.(values) }) };
    },
    Stop: () => ({}),
  };
  const server = new Server();
  server.addService(
    Provider.service,
    Object.fromEntries(
      Object.entries(calls).map(([name, answer]): [string, UntypedHandleCall] => [
        name,
        ({ request }: ServerUnaryCall<Parameters<Call>[0], unknown>, reply: sendUnaryData<unknown>) => {
          try {
            reply(null, answer(request));
          } catch (error) {
            reply(error as Error);
          }
        },
      ]),
    ),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const reattach = {
    'registry.terraform.io/hashicorp/google': {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'tcp', String: `127.0.0.1:${port}` },
    },
  };
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) },
    close: () => server.forceShutdown(),
  };
}

const toSchemas = (blocks: Record<string, Block>) =>
  Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, { version: 0, block: toBlock(block) }]));

function toBlock(block: Block): object {
  const entries = Object.entries(block);
  return {
    attributes: entries.flatMap(([name, { type, required = false, computed = false }]) =>
      type === undefined
        ? []
        : [
            {
              name,
              type: Buffer.from(JSON.stringify(type)),
              required,
              optional: !required && !computed,
              computed: computed || (name === 'id' && !required),
            },
          ],
    ),
    block_types: entries.flatMap(([name, { block: inner, many, required }]) =>
      inner === undefined
        ? []
        : [
            {
              type_name: name,
              block: toBlock(inner),
              nesting: 2,
              min_items: required ? 1 : 0,
              max_items: many ? 0 : 1,
            },
          ],
    ),
  };
}
