import { loggingConfigService } from './logging/config-service.ts';
import { loggingService } from './logging/logging-service.ts';
import { executionsService } from './run/executions-service.ts';
import { jobsService } from './run/jobs-service.ts';
import { operationsService } from './run/operations.ts';
import { tasksService } from './run/tasks-service.ts';
import { secretService } from './secrets/secret-service.ts';
import type { Service } from './wire/service.ts';

/** All that are simulated. Each is on both wires, gRPC and REST. */
export const services: readonly Service[] = [
  jobsService,
  executionsService,
  tasksService,
  operationsService,
  secretService,
  loggingService,
  loggingConfigService,
];
