// Loads a function of @runvoy/aws as Lambda would, asks it once, and prints the milliseconds of CPU that this process has used.
const tables = ['API_KEYS', 'PENDING_API_KEYS', 'EXECUTIONS', 'EXECUTION_LOGS', 'IMAGE_TASKDEFS', 'SECRETS_METADATA'];
for (const table of [...tables, 'WEBSOCKET_CONNECTIONS', 'WEBSOCKET_TOKENS'])
  process.env[`RUNVOY_AWS_${table}_TABLE`] = 'table';
for (const name of ['ECS_CLUSTER', 'LOG_GROUP', 'ORCHESTRATOR_LOG_GROUP', 'EVENT_PROCESSOR_LOG_GROUP', 'SUBNET_1'])
  process.env[`RUNVOY_AWS_${name}`] = 'name';
for (const name of ['SUBNET_2', 'SECURITY_GROUP', 'SECRETS_KMS_KEY_ARN', 'WEBSOCKET_API_ENDPOINT'])
  process.env[`RUNVOY_AWS_${name}`] = 'name';
Object.assign(process.env, {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  RUNVOY_LOG_LEVEL: 'error',
});

const events = {
  orchestrator: { rawPath: '/api/v1/health', headers: {}, requestContext: { http: { method: 'GET' } } },
  processor: { source: 'aws.s3', 'detail-type': 'Object Created', detail: {} },
};

async function main(name, file) {
  if (file) {
    const { handler } = require(file);
    await handler(events[name], { awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 });
  }
  const { user, system } = process.cpuUsage();
  process.stdout.write(String((user + system) / 1000), () => process.exit());
}

main(...process.argv.slice(2));
