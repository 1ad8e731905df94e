import { accountService } from './iam/account-service.ts';
import { policyService } from './iam/policy-service.ts';
import { kmsService } from './kms/kms-service.ts';
import { loggingConfigService } from './logging/config-service.ts';
import { loggingService } from './logging/logging-service.ts';
import { monitoringService } from './monitoring/monitoring-service.ts';
import { publisherService, subscriberService } from './push/pubsub-service.ts';
import { executionsService } from './run/executions-service.ts';
import { jobsService } from './run/jobs-service.ts';
import { operationsService } from './run/operations.ts';
import { tasksService } from './run/tasks-service.ts';
import { schedulerService } from './scheduler/scheduler-service.ts';
import { secretService } from './secrets/secret-service.ts';
import { traceService } from './trace/trace-service.ts';
import type { JsonService, Service } from './wire/service.ts';

/** All that are simulated. Each is on both wires, gRPC and REST. */
export const services: readonly Service[] = [
  jobsService,
  executionsService,
  tasksService,
  operationsService,
  secretService,
  loggingService,
  loggingConfigService,
  schedulerService,
  publisherService,
  subscriberService,
  policyService,
  monitoringService,
  traceService,
];

/** By REST only. */
export const jsonServices: readonly JsonService[] = [accountService, kmsService];
