import assert from 'node:assert/strict';
import { it } from 'node:test';
import { allows, documentSchema } from '../../src/deploy/evaluate.js';
import { parseIdentity } from '../../src/deploy/own-policies.js';

const ARN = 'arn:aws:iam::123456789012:role/whyconv';
const pass = {
  action: 'iam:PassRole',
  resources: [ARN],
  why: '',
  context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
};
const allow = (rest: object) => ({ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', ...rest });

it('policies are evaluated as IAM describes', () => {
  const equals = (value: string | string[], key = 'iam:PassedToService') => ({
    StringEquals: { [key]: value },
  });
  const cases: [string, object | object[], boolean][] = [
    ['one statement, not a list', allow({}), true],
    ['nothing is allowed unless something allows it', [], false],
    ['actions have no case', allow({ Action: 'IAM:passrole' }), true],
    [
      'wildcards in actions and resources',
      allow({ Action: ['s3:*', 'iam:Pass*'], Resource: 'arn:aws:iam::*:role/why????' }),
      true,
    ],
    ['a dot is a dot', allow({ Resource: ARN.replace('whyconv', 'why.onv') }), false],
    ['another resource', allow({ Resource: `${ARN}2` }), false],
    ['a deny wins, wherever it stands', [{ Effect: 'Deny', Action: '*', Resource: '*' }, allow({})], false],
    ['all but one action', { Effect: 'Allow', NotAction: 'iam:PassRole', Resource: '*' }, false],
    ['all but other resources', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::*' }, true],
    [
      'a condition that holds',
      allow({ Condition: equals(['ec2.amazonaws.com', 'sagemaker.amazonaws.com']) }),
      true,
    ],
    ['a condition that does not', allow({ Condition: equals('ec2.amazonaws.com') }), false],
    [
      'a condition on what is not known does not allow',
      allow({ Condition: equals('x', 'aws:RequestedRegion') }),
      false,
    ],
    [
      'and does deny',
      [
        allow({}),
        { Effect: 'Deny', Action: '*', Resource: '*', Condition: equals('x', 'aws:RequestedRegion') },
      ],
      false,
    ],
  ];
  for (const [name, Statement, expected] of cases)
    assert.equal(allows(documentSchema.parse({ Statement }).Statement, pass), expected, name);
});

it('callers are recognized by their ARN', () => {
  assert.deepEqual(parseIdentity('arn:aws:sts::123456789012:assumed-role/Admin/me@example.com'), {
    account: '123456789012',
    name: 'Admin',
    kind: 'role',
    arn: 'arn:aws:iam::123456789012:role/Admin',
  });
  assert.equal(parseIdentity('arn:aws:iam::123456789012:user/team/me').name, 'me');
  assert.equal(parseIdentity('arn:aws:iam::123456789012:root').kind, 'root');
  assert.throws(() => parseIdentity('arn:aws:sts::123456789012:federated-user/me'), /not a user or a role/);
});
