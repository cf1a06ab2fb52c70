/*
 * A SageMaker endpoint of this project's container: which permissions it needs and who lacks them, policies to ask for, and
 * creating, asking and removing it. The AWS SDK is not installed with the project; it is loaded by the first call.
 */
export { type ApplyOptions, createEndpoint, deleteEndpoint } from './apply.js';
export { type Aws, INSTALL_SDK, openAws } from './aws.js';
export { type CheckedPermission, checkDeploy, type DeployCheck, whoAmI } from './check.js';
export type { Identity } from './own-policies.js';
export { type DeployPlan, isEcrImage } from './plan.js';
export { deployerPolicy, rolePolicy, trustPolicy } from './policies.js';
