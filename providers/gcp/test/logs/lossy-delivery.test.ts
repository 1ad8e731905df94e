import { test } from 'vitest';
import { useDeployment } from '../support/deployment.ts';
import { lossyDelivery } from '../support/lossy-delivery.ts';

const deployment = useDeployment();

test(
  'no line is lost and none is there twice when pushes and commits fail at random, and pushes come twice',
  {
    timeout: 120_000,
  },
  () => lossyDelivery(deployment, 3000),
);
