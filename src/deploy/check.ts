import { z } from 'zod';
import { messageOf } from '../base/errors.js';
import { type Aws, awsFailure, isDenied, nameOf } from './aws.js';
import { allows } from './evaluate.js';
import { type Identity, ownStatements, parseIdentity } from './own-policies.js';
import { type DeployPlan, deployerPermissions, type Permission, SAGEMAKER } from './plan.js';

export interface CheckedPermission extends Permission {
  /** Undefined where this identity may not even see what it may do. */
  readonly allowed: boolean | undefined;
}

export interface DeployCheck {
  readonly identity: Identity;
  readonly permissions: readonly CheckedPermission[];
  /** How the answers were found, and what they do not see. */
  readonly basis: string;
  /** What is wrong with the role, if anything. */
  readonly role: string | undefined;
}

/** Who calls. @throws WhyconvError where AWS does not know */
export async function whoAmI(aws: Aws): Promise<Identity> {
  try {
    const { Arn } = z.object({ Arn: z.string() }).parse(await aws('GetCallerIdentity'));
    return parseIdentity(Arn);
  } catch (error) {
    throw awsFailure('GetCallerIdentity', error);
  }
}

/**
 * Which permissions that deploying needs this identity lacks. Asks only: nothing is created.
 *
 * AWS's own simulator answers where it may be asked; otherwise the identity's policies are read and evaluated here.
 */
export async function checkDeploy(aws: Aws, identity: Identity, plan: DeployPlan): Promise<DeployCheck> {
  const wanted = deployerPermissions(plan);
  const { permissions, basis } = await answered(aws, identity, wanted);
  return { identity, permissions, basis, role: await wrongWithRole(aws, plan) };
}

type Answered = Pick<DeployCheck, 'permissions' | 'basis'>;

async function answered(aws: Aws, identity: Identity, wanted: readonly Permission[]): Promise<Answered> {
  if (identity.kind === 'root') {
    const permissions = wanted.map((permission) => ({ ...permission, allowed: true }));
    return { permissions, basis: 'the root user of an account may do everything' };
  }
  try {
    const permissions = await Promise.all(
      wanted.map(async (permission) => ({
        ...permission,
        allowed: await simulated(aws, identity, permission),
      })),
    );
    return {
      permissions,
      basis: 'asked of IAM’s policy simulator; resource policies and limits are not seen',
    };
  } catch (simulation) {
    return fromPolicies(aws, identity, wanted, simulation);
  }
}

async function fromPolicies(
  aws: Aws,
  identity: Identity,
  wanted: readonly Permission[],
  simulation: unknown,
): Promise<Answered> {
  try {
    const statements = await ownStatements(aws, identity);
    const permissions = wanted.map((permission) => ({
      ...permission,
      allowed: allows(statements, permission),
    }));
    return {
      permissions,
      basis: `read from the policies of ${identity.name} (the simulator: ${nameOf(simulation)}); permission boundaries and policies of the organization are not seen`,
    };
  } catch (error) {
    if (!isDenied(error)) throw awsFailure('reading policies', error);
    const permissions = wanted.map((permission) => ({ ...permission, allowed: undefined }));
    return {
      permissions,
      basis: `${identity.name} may neither ask the simulator (iam:SimulatePrincipalPolicy) nor read its own policies`,
    };
  }
}

const results = z.object({
  EvaluationResults: z
    .array(
      z.object({
        EvalDecision: z.string(),
        ResourceSpecificResults: z.array(z.object({ EvalResourceDecision: z.string() })).default([]),
      }),
    )
    .min(1),
});

/**
 * "EvalDecision: allowed | explicitDeny | implicitDeny"; "the individual results of the simulation of the API operation specified
 * in EvalActionName on each resource" stand in ResourceSpecificResults (IAM API reference, EvaluationResult).
 */
async function simulated(aws: Aws, { arn }: Identity, permission: Permission): Promise<boolean> {
  const { action, resources, context = {} } = permission;
  const answer = await aws('SimulatePrincipalPolicy', {
    PolicySourceArn: arn,
    ActionNames: [action],
    ResourceArns: [...resources],
    ContextEntries: Object.entries(context).map(([key, value]) => ({
      ContextKeyName: key,
      ContextKeyType: 'string',
      ContextKeyValues: [value],
    })),
  });
  return results
    .parse(answer)
    .EvaluationResults.flatMap(({ EvalDecision, ResourceSpecificResults }) => [
      EvalDecision,
      ...ResourceSpecificResults.map(({ EvalResourceDecision }) => EvalResourceDecision),
    ])
    .every((decision) => decision === 'allowed');
}

const roleSchema = z.object({ Role: z.object({ AssumeRolePolicyDocument: z.string() }) });
const trustSchema = z.object({
  Statement: z.array(z.object({ Effect: z.string(), Principal: z.unknown(), Action: z.unknown() }).loose()),
});

/** Why SageMaker could not work under the role; undefined where it can, or where that may not be seen. */
async function wrongWithRole(aws: Aws, { role }: DeployPlan): Promise<string | undefined> {
  const name = role.split('/').at(-1)!;
  try {
    const { Role } = roleSchema.parse(await aws('GetRole', { RoleName: name }));
    const text = decodeURIComponent(Role.AssumeRolePolicyDocument);
    const { Statement } = trustSchema.parse(JSON.parse(text));
    const trusted = Statement.some(
      ({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal)?.includes(SAGEMAKER),
    );
    return trusted ? undefined : `the role ${name} does not trust ${SAGEMAKER}`;
  } catch (error) {
    if (nameOf(error).startsWith('NoSuchEntity')) return `there is no role ${name} in this account`;
    return isDenied(error) ? undefined : `the role ${name} cannot be read: ${messageOf(error)}`;
  }
}
