import { type DeployPlan, deployerPermissions, type Permission, rolePermissions, SAGEMAKER } from './plan.js';

/** A policy document of IAM, as JSON. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly object[];
}

/** What an administrator may grant to who deploys: no action and no resource more than this plan needs. */
export const deployerPolicy = (plan: DeployPlan): PolicyDocument => policyOf(deployerPermissions(plan));

/** What an administrator may grant to the role. */
export const rolePolicy = (plan: DeployPlan): PolicyDocument => policyOf(rolePermissions(plan));

/** Who may take the role over: SageMaker, and for this account alone ("confused deputy"). */
export const trustPolicy = ({ account }: Pick<DeployPlan, 'account'>): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: SAGEMAKER },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ],
});

/** A statement for each set of resources, with all actions on it. */
function policyOf(permissions: readonly Permission[]): PolicyDocument {
  const groups = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const key = JSON.stringify([permission.resources, permission.context]);
    groups.set(key, [...(groups.get(key) ?? []), permission]);
  }
  const statements = [...groups.values()].map((group) => {
    const { resources, context } = group[0]!;
    return {
      Effect: 'Allow',
      Action: group.map(({ action }) => action),
      Resource: resources,
      ...(context && { Condition: { StringEquals: context } }),
    };
  });
  return { Version: '2012-10-17', Statement: statements };
}
