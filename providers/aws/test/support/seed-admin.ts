import { createHash, randomBytes } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Generation } from '../../simulator/dynamodb/layout.ts';

/** The first administrator, as upstream's `infra apply` writes it. Answers with the key. */
export async function seedAdmin(env: Record<string, string>, generation: Generation = 'main'): Promise<string> {
  const apiKey = randomBytes(24).toString('base64url');
  const client = new DynamoDBClient({
    region: env.AWS_REGION as string,
    endpoint: (env.AWS_ENDPOINT_URL_DYNAMODB ?? env.AWS_ENDPOINT_URL) as string,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID as string, secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string },
  });
  await client.send(
    new PutItemCommand({
      TableName: env.RUNVOY_AWS_API_KEYS_TABLE as string,
      Item: {
        api_key_hash: { S: createHash('sha256').update(apiKey).digest('base64') },
        user_email: { S: 'admin@example.com' },
        role: { S: 'admin' },
        created_at: { S: '2025-11-02T10:20:30.123456789Z' },
        last_used: { S: '0001-01-01T00:00:00Z' },
        revoked: { BOOL: false },
        _all: { S: generation === 'main' ? 'ALL' : 'USER' },
      },
    }),
  );
  client.destroy();
  return apiKey;
}
