import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Aws } from '../../src/deploy/aws.js';
import { checkDeploy, deployerPolicy, trustPolicy, whoAmI } from '../../src/deploy/index.js';
import { ACCOUNT, PLAN } from './plan.js';

/** The fields that SimulatePrincipalPolicy is documented with. */
interface Simulation {
  readonly PolicySourceArn: string;
  readonly ActionNames: readonly [string];
  readonly ResourceArns: readonly string[];
  readonly ContextEntries: readonly {
    ContextKeyName: string;
    ContextKeyType: string;
    ContextKeyValues: string[];
  }[];
}

const named = (name: string, message = name) => Object.assign(new Error(message), { name });

/** AWS for a role that was taken over, whose simulator decides by action and resource. */
function awsWith(decide: (action: string, resource: string) => string, asked: Simulation[] = []): Aws {
  return async (operation, input) => {
    if (operation === 'GetCallerIdentity')
      return { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session-1` };
    if (operation === 'GetRole')
      return { Role: { AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trustPolicy(PLAN))) } };
    if (operation !== 'SimulatePrincipalPolicy') throw named('AccessDenied');
    const simulation = input as Simulation;
    asked.push(simulation);
    const [action] = simulation.ActionNames;
    const decisions = simulation.ResourceArns.map((resource) => decide(action, resource));
    return {
      EvaluationResults: [
        {
          EvalActionName: action,
          EvalResourceName: '*',
          EvalDecision: decisions[0],
          ResourceSpecificResults: decisions.map((EvalResourceDecision, i) => ({
            EvalResourceName: simulation.ResourceArns[i],
            EvalResourceDecision,
          })),
        },
      ],
      IsTruncated: false,
    };
  };
}

const lacks = async (aws: Aws) => {
  const { permissions, basis, role } = await checkDeploy(aws, await whoAmI(aws), PLAN);
  return {
    actions: permissions.filter(({ allowed }) => !allowed).map(({ action }) => action),
    unknown: permissions.every(({ allowed }) => allowed === undefined),
    basis,
    role,
  };
};

it('the simulator is asked about the role behind a session, with each action’s own resources and what its request says', async () => {
  const asked: Simulation[] = [];
  const found = await lacks(awsWith(() => 'allowed', asked));
  assert.deepEqual([found.actions, found.role], [[], undefined]);
  assert.match(found.basis, /simulator/);
  assert.ok(
    asked.every(({ PolicySourceArn }) => PolicySourceArn === `arn:aws:iam::${ACCOUNT}:role/deployer`),
  );
  const pass = asked.find(({ ActionNames }) => ActionNames[0] === 'iam:PassRole')!;
  assert.deepEqual(pass.ResourceArns, [PLAN.role]);
  assert.deepEqual(pass.ContextEntries, [
    {
      ContextKeyName: 'iam:PassedToService',
      ContextKeyType: 'string',
      ContextKeyValues: ['sagemaker.amazonaws.com'],
    },
  ]);
  // All that the policy which is asked for grants was asked about.
  const granted = (
    deployerPolicy(PLAN) as unknown as { Statement: { Action: string[] | string }[] }
  ).Statement.flatMap(({ Action }) => Action);
  const actions = asked.map(({ ActionNames }) => ActionNames[0]);
  assert.deepEqual(
    granted.filter((action) => !actions.includes(action)),
    [],
  );
});

it('what it denies, explicitly or not, or on one of the resources only, is lacking', async () => {
  const decide = (action: string, resource: string) =>
    action === 'iam:PassRole'
      ? 'implicitDeny'
      : action === 'sagemaker:CreateModel'
        ? 'explicitDeny'
        : action === 'sagemaker:CreateEndpoint' && resource.includes('endpoint-config')
          ? 'implicitDeny'
          : 'allowed';
  assert.deepEqual((await lacks(awsWith(decide))).actions, [
    'sagemaker:CreateModel',
    'iam:PassRole',
    'sagemaker:CreateEndpoint',
  ]);
});

it('who may not ask it, nor read policies, is told that', async () => {
  const aws = awsWith(() => {
    throw named('AccessDenied');
  });
  const { unknown, basis } = await lacks(aws);
  assert.ok(unknown);
  assert.match(basis, /deployer may neither ask the simulator/);
});
