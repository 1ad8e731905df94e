import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import type { Calls } from '../clients/calls.ts';

/** The account that the credentials belong to. */
export async function findAccount(config: STSClientConfig, calls: Calls): Promise<string> {
  const client = new STSClient(config);
  try {
    const { Account } = await calls.run((options) => client.send(new GetCallerIdentityCommand({}), options));
    return Account ?? '';
  } finally {
    client.destroy();
  }
}
