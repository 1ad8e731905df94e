import * as grpc from '@grpc/grpc-js';
import type { Cloud } from '../cloud/cloud.ts';
import { CloudError } from '../cloud/cloud-error.ts';
import type { Projects } from '../cloud/projects.ts';
import { dispatch } from './dispatch.ts';
import { decode, encode, protosOf } from './protos.ts';
import type { Service } from './service.ts';

const largestMessage = 10 * 2 ** 20;

/** All services by gRPC. It listens nowhere itself. */
export function createGrpcServer(cloud: Cloud, projects: Projects, services: readonly Service[]): grpc.Server {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': largestMessage });
  for (const service of services) server.addService(definitionOf(service), handlersOf(cloud, projects, service));
  return server;
}

/** All methods of the real service: those that are not simulated answer UNIMPLEMENTED, as gRPC does by itself. */
function definitionOf(service: Service): grpc.ServiceDefinition {
  const found = protosOf(service.package).lookupService(service.name);
  const methods = found.methodsArray.filter((method) => Object.hasOwn(service.methods, method.name));
  return Object.fromEntries(
    methods.map((method) => {
      const request = method.resolvedRequestType!;
      const response = method.resolvedResponseType!;
      const definition: grpc.MethodDefinition<object, object> = {
        path: `/${service.name}/${method.name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (value) => encode(request, value),
        requestDeserialize: (bytes) => decode(request, bytes),
        responseSerialize: (value) => encode(response, value),
        responseDeserialize: (bytes) => decode(response, bytes),
      };
      return [method.name, definition];
    }),
  );
}

function handlersOf(cloud: Cloud, projects: Projects, service: Service): grpc.UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(service.methods).map(([name, method]) => {
      const handle: grpc.handleUnaryCall<object, object> = (call, callback) => {
        const authorization = call.metadata.get('authorization')[0]?.toString();
        dispatch(cloud, projects, {
          name: `${service.name}.${name}`,
          method,
          request: call.request,
          authorization,
        }).then(
          (response) => callback(null, response),
          (error: unknown) => callback(statusOf(cloud, error)),
        );
      };
      return [name, handle];
    }),
  );
}

/** An error that is not the cloud's own is a fault of the simulator: told in full where people look for it. */
export function statusOf(cloud: Cloud, error: unknown): { code: grpc.status; details: string } {
  if (error instanceof CloudError) return { code: error.code, details: error.message };
  cloud.log(`the simulator failed: ${(error as Error).stack}`);
  return { code: grpc.status.INTERNAL, details: `The simulator failed: ${(error as Error).message}` };
}
