import type { protos } from '@google-cloud/run';

/** The SDK's own types, by the names that the API's documentation uses. */
export type Job = protos.google.cloud.run.v2.IJob;
export type Execution = protos.google.cloud.run.v2.IExecution;
export type Task = protos.google.cloud.run.v2.ITask;
export type TaskTemplate = protos.google.cloud.run.v2.ITaskTemplate;
export type Container = protos.google.cloud.run.v2.IContainer;
export type Condition = protos.google.cloud.run.v2.ICondition;
export type EnvVar = protos.google.cloud.run.v2.IEnvVar;
export type Overrides = protos.google.cloud.run.v2.RunJobRequest.IOverrides;
export type AttemptResult = protos.google.cloud.run.v2.ITaskAttemptResult;
export type Operation = protos.google.longrunning.IOperation;
