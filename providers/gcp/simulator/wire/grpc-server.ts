import * as grpc from '@grpc/grpc-js';
import type { Cloud } from '../cloud/cloud.ts';
import { CloudError } from '../cloud/cloud-error.ts';
import type { Projects } from '../cloud/projects.ts';
import type { Callers } from './callers.ts';
import { check, dispatch, enter } from './dispatch.ts';
import { decode, encode, protosOf } from './protos.ts';
import type { AnyMethod, Service, StreamMethod } from './service.ts';

export interface WireParts {
  cloud: Cloud;
  projects: Projects;
  callers: Callers;
}

const largestMessage = 10 * 2 ** 20;
const asIs = (bytes: Buffer): Buffer => bytes;

/** All services by gRPC. It listens nowhere itself. */
export function createGrpcServer(parts: WireParts, services: readonly Service[]): grpc.Server {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': largestMessage });
  for (const service of services) server.addService(definitionOf(service), handlersOf(parts, service));
  return server;
}

/** Methods that are not simulated answer UNIMPLEMENTED, as gRPC does by itself. */
function definitionOf(service: Service): grpc.ServiceDefinition {
  const { methods } = protosOf(service.package).lookupService(service.name);
  const path = (name: string) => `/${service.name}/${name}`;
  const unary = Object.keys(service.methods).map((name): [string, grpc.MethodDefinition<object, object>] => {
    const request = methods[name]!.resolvedRequestType!;
    const response = methods[name]!.resolvedResponseType!;
    return [
      name,
      {
        path: path(name),
        requestStream: false,
        responseStream: false,
        requestSerialize: (value) => encode(request, value),
        requestDeserialize: (bytes) => decode(request, bytes),
        responseSerialize: (value) => encode(response, value),
        responseDeserialize: (bytes) => decode(response, bytes),
      },
    ];
  });
  const streams = Object.keys(service.streams ?? {}).map((name): [string, grpc.MethodDefinition<Buffer, Buffer>] => [
    name,
    {
      path: path(name),
      requestStream: true,
      responseStream: true,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]);
  return { ...Object.fromEntries(unary), ...Object.fromEntries(streams) } as grpc.ServiceDefinition;
}

function handlersOf(parts: WireParts, service: Service): grpc.UntypedServiceImplementation {
  const full = (name: string) => `${service.name}.${name}`;
  return Object.fromEntries([
    ...Object.entries(service.methods).map(([name, method]) => [name, unaryHandler(parts, full(name), method)]),
    ...Object.entries(service.streams ?? {}).map(([name, method]) => {
      const request = protosOf(service.package).lookupService(service.name).methods[name]!.resolvedRequestType!;
      return [name, streamHandler(parts, full(name), method, (bytes) => decode(request, bytes))];
    }),
  ]);
}

function unaryHandler({ cloud, projects, callers }: WireParts, name: string, method: AnyMethod) {
  const handle: grpc.handleUnaryCall<object, object> = (call, callback) => {
    const caller = callers.of(call.metadata.get('authorization')[0]?.toString(), call.getHost());
    dispatch(cloud, projects, { name, method, request: call.request, caller }).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(cloud, error)),
    );
  };
  return handle;
}

function streamHandler(
  { cloud, projects, callers }: WireParts,
  name: string,
  method: StreamMethod,
  read: (bytes: Buffer) => object,
) {
  const handle: grpc.handleBidiStreamingCall<Buffer, Buffer> = (stream) => {
    const caller = callers.of(stream.metadata.get('authorization')[0]?.toString(), stream.getHost());
    stream.once('data', (first: Buffer) => {
      try {
        const resource = method.resource(read(first) as never);
        const project = enter(cloud, projects, { name, resource, caller });
        cloud.faults.hit('before', name, project.id);
        check(cloud, project, caller, [{ permission: method.permission, resource }]);
        method.handle(stream, first, project);
      } catch (error) {
        stream.emit('error', statusOf(cloud, error));
      }
    });
  };
  return handle;
}

/** An error that is not the cloud's own is a fault of the simulator: told in full where people look for it. */
export function statusOf(cloud: Cloud, error: unknown): { code: grpc.status; details: string } {
  if (error instanceof CloudError) return { code: error.code, details: error.message };
  cloud.log(`the simulator failed: ${(error as Error).stack}`);
  return { code: grpc.status.INTERNAL, details: `The simulator failed: ${(error as Error).message}` };
}
