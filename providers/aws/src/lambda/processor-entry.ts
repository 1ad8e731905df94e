import { AfterAnswer } from './after-answer.ts';
import { createProcessor } from './processor.ts';

export const handler = createProcessor(
  process.env,
  AfterAnswer.register(process.env.AWS_LAMBDA_RUNTIME_API, 'runvoy-after-answer'),
);
