import { test } from 'vitest';
import { useDeployment } from '../support/deployment.ts';
import { lossyDelivery } from '../support/lossy-delivery.ts';

const deployment = useDeployment();

test('of 10,000 lines none is lost when pushes and commits fail at random', () => lossyDelivery(deployment, 10_000));
