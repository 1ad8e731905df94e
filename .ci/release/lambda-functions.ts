/** The functions of @runvoy/aws by the name of their archive: what is bundled for each. Its handler is `index.handler`. */
export const lambdaFunctions = {
  'runvoy-orchestrator': 'providers/aws/src/lambda/orchestrator-entry.ts',
  'runvoy-event-processor': 'providers/aws/src/lambda/processor-entry.ts',
} as const;

export type LambdaFunction = keyof typeof lambdaFunctions;
