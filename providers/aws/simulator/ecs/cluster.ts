import type { Deployment } from '../deployment.ts';
import { AwsError } from '../wire/aws-error.ts';

/** A deployment has one cluster; a request that names none means one called `default`, which there is not. */
export function checkCluster(cluster: string | undefined, deployment: Deployment): void {
  if (cluster === deployment.names.cluster || cluster === deployment.clusterArn) return;
  throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
}
