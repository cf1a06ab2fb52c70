import type { DeployPlan } from '../../src/deploy/index.js';

export const ACCOUNT = '123456789012';
export const PLAN: DeployPlan = {
  region: 'eu-west-1',
  account: ACCOUNT,
  name: 'whyconv-test',
  bucket: 'models-of-a-test',
  key: 'whyconv-test/model.tar.gz',
  role: `arn:aws:iam::${ACCOUNT}:role/whyconv-endpoint`,
  image: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/whyconv:1`,
  instance: 'ml.m5.large',
};
