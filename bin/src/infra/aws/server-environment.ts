/** Settings by the output that holds them. */
const variables: Record<string, string> = {
  RUNVOY_AWS_API_KEYS_TABLE: 'APIKeysTableName',
  RUNVOY_AWS_PENDING_API_KEYS_TABLE: 'PendingAPIKeysTableName',
  RUNVOY_AWS_EXECUTIONS_TABLE: 'ExecutionsTableName',
  RUNVOY_AWS_EXECUTION_LOGS_TABLE: 'ExecutionLogsTableName',
  RUNVOY_AWS_IMAGE_TASKDEFS_TABLE: 'ImageTaskDefinitionsTableName',
  RUNVOY_AWS_SECRETS_METADATA_TABLE: 'SecretsMetadataTableName',
  RUNVOY_AWS_WEBSOCKET_CONNECTIONS_TABLE: 'WebSocketConnectionsTableName',
  RUNVOY_AWS_WEBSOCKET_TOKENS_TABLE: 'WebSocketTokensTableName',
  RUNVOY_AWS_SECRETS_KMS_KEY_ARN: 'SecretsKmsKeyArn',
  RUNVOY_AWS_SECRETS_PREFIX: 'SecretsPrefix',
  RUNVOY_AWS_ECS_CLUSTER: 'ECSClusterName',
  RUNVOY_AWS_LOG_GROUP: 'LogGroup',
  RUNVOY_AWS_ORCHESTRATOR_LOG_GROUP: 'LambdaLogGroup',
  RUNVOY_AWS_EVENT_PROCESSOR_LOG_GROUP: 'EventProcessorLogGroup',
  RUNVOY_AWS_WEBSOCKET_API_ENDPOINT: 'WebSocketApiEndpoint',
  RUNVOY_AWS_SECURITY_GROUP: 'SecurityGroupId',
};

/** With what a stack says of itself, runvoy runs on it from anywhere. */
export function serverEnvironment(region: string, outputs: Record<string, string>): Record<string, string> {
  const [subnet1 = '', subnet2 = ''] = (outputs.SubnetIds ?? '').split(',');
  const named = Object.entries(variables).map(([variable, output]) => [variable, outputs[output] ?? '']);
  return {
    RUNVOY_BACKEND_PROVIDER: 'aws',
    AWS_REGION: region,
    RUNVOY_AWS_SUBNET_1: subnet1,
    RUNVOY_AWS_SUBNET_2: subnet2,
    ...Object.fromEntries(named),
  };
}
