import { startSimulator } from '../simulator/index.ts';
import { AfterAnswer } from '../src/lambda/after-answer.ts';
import { openLambdaBackend } from '../src/lambda/backend.ts';
import { createOrchestrator } from '../src/lambda/orchestrator.ts';
import { createProcessor } from '../src/lambda/processor.ts';

export interface DevOptions {
  /** Of the API; 0: any that is free. */
  port: number;
  /** Where data would rest; this cloud keeps nothing beyond its process. */
  folder: string;
  /** Takes each line of the functions' logs, with its newline. */
  log(line: string): void;
}

export interface Dev {
  url: string;
  admin?: { email: string; apiKey: string };
  /** What runs against what, a line a part. */
  describe: string[];
  close(): Promise<void>;
}

const adminEmail = 'admin@localhost';

/** runvoy on AWS as it is deployed, both functions and everything that they call, in this process and offline. */
export async function startDev({ port, log }: DevOptions): Promise<Dev> {
  const cloud = await startSimulator();
  try {
    const orchestratorEnv = cloud.envOf('orchestrator');
    const writer = (as: 'orchestrator' | 'processor') => (line: string) => {
      cloud.log(as, line.trimEnd());
      log(line);
    };
    const { url } = await cloud.connect(
      {
        orchestrator: createOrchestrator(orchestratorEnv, { writeLog: writer('orchestrator') }) as never,
        processor: createProcessor(cloud.envOf('processor'), AfterAnswer.register(undefined, 'dev'), {
          writeLog: writer('processor'),
        }) as never,
      },
      { port },
    );
    cloud.startSchedule();
    const first = await openLambdaBackend(orchestratorEnv, 'orchestrator');
    const admin = await first.bootstrap(adminEmail);
    await first.close();
    return {
      url,
      ...(admin && { admin }),
      describe: [
        `orchestrator, processor: the functions of the package, with the roles of upstream's stack`,
        'DynamoDB: the engine that was found or started for it; nothing is kept when this ends',
        `ECS: tasks are processes of this machine (${cloud.isolation}), whatever their image`,
        'Parameter Store, KMS, CloudWatch Logs, EventBridge, IAM, API Gateway: simulated in this process',
      ],
      close: () => cloud.close(),
    };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}
