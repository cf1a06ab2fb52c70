import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import {
  checkDeploy,
  createEndpoint,
  deleteEndpoint,
  deployerPolicy,
  INSTALL_SDK,
  openAws,
  trustPolicy,
  whoAmI,
} from '../../src/deploy/index.js';
import { setEnvironment } from '../support/environment.js';
import { runPython } from '../support/python.js';
import { describeUnless } from '../support/required.js';
import { ACCOUNT, PLAN } from './plan.js';

/** Users with their policies, a bucket and two roles, one of which trusts another service. Prints the users' keys. */
const SETUP = `
import sys, json, boto3
url, plan, trust, full = sys.argv[1], *map(json.loads, sys.argv[2:])
settings = dict(endpoint_url=url, region_name=plan['region'], aws_access_key_id='x', aws_secret_access_key='y')
iam, s3 = boto3.client('iam', **settings), boto3.client('s3', **settings)
s3.create_bucket(Bucket=plan['bucket'], CreateBucketConfiguration={'LocationConstraint': plan['region']})
iam.create_role(RoleName='whyconv-endpoint', AssumeRolePolicyDocument=json.dumps(trust))
other = json.loads(json.dumps(trust).replace('sagemaker.amazonaws.com', 'ec2.amazonaws.com'))
iam.create_role(RoleName='untrusting', AssumeRolePolicyDocument=json.dumps(other))
def statement(effect, actions): return {'Effect': effect, 'Action': actions, 'Resource': '*'}
def document(*statements): return json.dumps({'Version': '2012-10-17', 'Statement': list(statements)})
read = statement('Allow', ['iam:Get*', 'iam:List*'])
without = lambda action: [s for s in full['Statement'] if action not in s['Action']]
users = {
    'complete': document(*full['Statement'], read),
    'no-pass-role': document(*without('iam:PassRole'), read),
    'denied': document(*full['Statement'], read, statement('Deny', 'sagemaker:CreateEndpoint*')),
    'blind': document(*full['Statement']),
    'wide': document(statement('Allow', ['sagemaker:*', 's3:*', 'iam:PassRole'])),
    'no-endpoint': document(statement('Allow', ['sagemaker:CreateModel', 'sagemaker:CreateEndpointConfig', 'sagemaker:Delete*'])),
}
keys = {}
for name, policy in users.items():
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName='own', PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)['AccessKey']
    keys[name] = [key['AccessKeyId'], key['SecretAccessKey']]
# One that has its rights by a group and a managed policy.
iam.create_user(UserName='member'); iam.create_group(GroupName='deployers'); iam.add_user_to_group(GroupName='deployers', UserName='member')
managed = iam.create_policy(PolicyName='deploy', PolicyDocument=users['complete'])['Policy']['Arn']
iam.attach_group_policy(GroupName='deployers', PolicyArn=managed)
key = iam.create_access_key(UserName='member')['AccessKey']
keys['member'] = [key['AccessKeyId'], key['SecretAccessKey']]
print(json.dumps(keys))
`;

/** The SDK is not installed with the project: without it nothing is to be tested. */
const withSdk = (() => {
  try {
    return Boolean(require.resolve('@aws-sdk/client-sagemaker'));
  } catch {
    return false;
  }
})();
const withMoto = [process.env.WHYCONV_PYTHON ?? 'python3', 'python3'].find(
  (candidate) => withSdk && spawnSync(candidate, ['-c', 'import moto.server, boto3, flask']).status === 0,
);
const python = withMoto ?? 'python3';
const hasMoto = withMoto !== undefined;
const missing = hasMoto ? undefined : 'no Python with moto[server] and boto3 (WHYCONV_PYTHON names one)';

let moto: ChildProcess;
let url: string;
let folder: string;
let keys: Record<string, [string, string]>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-deploy-'));
  if (!hasMoto) return;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  moto = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await answers(`${url}/moto-api/`);
  keys = JSON.parse(
    await runPython(
      python,
      SETUP,
      url,
      JSON.stringify(PLAN),
      JSON.stringify(trustPolicy(PLAN)),
      JSON.stringify(deployerPolicy(PLAN)),
    ),
  ) as typeof keys;
  // From here on every call is checked against the caller's policies.
  await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: '0' });
});
after(async () => {
  moto?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function answers(address: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (
      await fetch(address).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${address} does not answer`);
}

const environmentOf = (user: string) => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: keys[user]![0],
  AWS_SECRET_ACCESS_KEY: keys[user]![1],
  AWS_REGION: PLAN.region,
});

function as(t: TestContext, user: string) {
  setEnvironment(t, environmentOf(user));
  return openAws(PLAN.region);
}

async function lacking(t: TestContext, user: string, plan = PLAN) {
  const aws = as(t, user);
  const identity = await whoAmI(aws);
  assert.deepEqual([identity.name, identity.kind, identity.account], [user, 'user', ACCOUNT]);
  const check = await checkDeploy(aws, identity, plan);
  const lacks = check.permissions.filter(({ allowed }) => allowed === false).map(({ action }) => action);
  return { ...check, lacks };
}

const command = (user: string, ...args: string[]) =>
  spawnSync(
    process.execPath,
    [
      require.resolve('../../src/cli/main.js'),
      'deploy',
      ...args,
      '--bucket',
      PLAN.bucket,
      '--role',
      'whyconv-endpoint',
      '--image',
      PLAN.image,
    ],
    { encoding: 'utf8', env: { ...process.env, ...environmentOf(user) } },
  );

const TITLE = 'deploying to a simulated AWS that checks permissions';
if (!withSdk) describe(TITLE, { skip: `the AWS SDK is not installed: ${INSTALL_SDK}` }, () => {});
else describeUnless(missing, TITLE, suite);

function suite(): void {
  it('finds nothing missing where the policy it would ask for is granted', async (t) => {
    for (const user of ['complete', 'member']) {
      const { lacks, role, permissions } = await lacking(t, user);
      assert.deepEqual([lacks, role], [[], undefined]);
      assert.ok(permissions.every(({ allowed }) => allowed === true));
    }
  });

  it('names exactly what is missing, or denied', async (t) => {
    assert.deepEqual((await lacking(t, 'no-pass-role')).lacks, ['iam:PassRole']);
    assert.deepEqual((await lacking(t, 'denied')).lacks, [
      'sagemaker:CreateEndpointConfig',
      'sagemaker:CreateEndpoint',
    ]);
    // Granted for one name only.
    const other = await lacking(t, 'complete', { ...PLAN, name: 'another', bucket: 'foreign' });
    assert.ok(other.lacks.includes('s3:PutObject') && other.lacks.includes('sagemaker:InvokeEndpoint'));
    assert.ok(!other.lacks.includes('iam:PassRole'));
  });

  it('says what is unknown where the identity may not see its own permissions', async (t) => {
    const { permissions, basis } = await lacking(t, 'blind');
    assert.ok(permissions.every(({ allowed }) => allowed === undefined));
    assert.match(basis, /may neither ask the simulator/);
  });

  it('sees a role that is missing, or that SageMaker may not take over', async (t) => {
    const role = `arn:aws:iam::${ACCOUNT}:role/`;
    assert.match(
      (await lacking(t, 'complete', { ...PLAN, role: `${role}nobody` })).role!,
      /there is no role nobody/,
    );
    const untrusting = await lacking(t, 'complete', { ...PLAN, role: `${role}untrusting` });
    assert.match(untrusting.role!, /does not trust sagemaker\.amazonaws\.com/);
  });

  it('creates, asks and removes an endpoint, and leaves nothing', async (t) => {
    const archive = join(folder, 'model.tar.gz');
    await writeFile(archive, 'an archive');
    const aws = as(t, 'wide');
    const steps: string[] = [];
    const answer = await createEndpoint(aws, PLAN, {
      archive,
      onStep: (line) => steps.push(line),
      lookMs: 100,
    });
    assert.ok(answer.length > 0);
    await deleteEndpoint(aws, PLAN, (line) => steps.push(line));
    assert.deepEqual(
      steps.map((line) => line.replace(PLAN.name, 'X')),
      [
        `created s3://${PLAN.bucket}/X/model.tar.gz`,
        'created model X',
        'created endpoint configuration X',
        'created endpoint X',
        'endpoint X is up',
        'removed endpoint X',
        'removed endpoint configuration X',
        'removed model X',
      ],
    );
    await assert.rejects(aws('DescribeEndpoint', { EndpointName: PLAN.name }));
    await deleteEndpoint(aws, PLAN, (line) => assert.match(line, /^there was no /));
  });

  it('says what stays behind where it is refused halfway', async (t) => {
    const aws = as(t, 'no-endpoint');
    await assert.rejects(createEndpoint(aws, PLAN), {
      message:
        /AWS refused: CreateEndpoint\n.*403.*created before that: model whyconv-test, endpoint configuration whyconv-test\n.*--check.*--delete/s,
    });
    await deleteEndpoint(aws, PLAN);
  });

  it('as a command: creates nothing unless told to, prints what to ask for, and says what is missing', async () => {
    const out = join(folder, 'policies');
    const checked = command('no-pass-role', '--check', '--name', PLAN.name, '--out', out);
    assert.equal(checked.status, 1, checked.stderr);
    assert.match(checked.stdout, /you are +arn:aws:iam::123456789012:user\/no-pass-role/);
    assert.match(checked.stdout, /^MISSING +iam:PassRole /m);
    assert.match(checked.stdout, /^yes +sagemaker:CreateModel /m);
    assert.match(checked.stderr, /permissions are missing.*\n +found: +iam:PassRole\n/);
    const policy = JSON.parse(await readFile(join(out, 'deployer-policy.json'), 'utf8')) as object;
    assert.deepEqual(policy, deployerPolicy(PLAN));
    const complete = command('complete', '--name', PLAN.name);
    assert.equal(complete.status, 0, complete.stderr);
    assert.match(complete.stdout, /nothing is missing\n$/);
    const models = JSON.parse(
      await runPython(
        python,
        `import boto3, sys, json; print(json.dumps(boto3.client('sagemaker', endpoint_url=sys.argv[1], region_name='eu-west-1', aws_access_key_id='${keys.wide![0]}', aws_secret_access_key='${keys.wide![1]}').list_models()['Models'], default=str))`,
        url,
      ),
    ) as unknown[];
    assert.deepEqual(models, []);
  });

  it('says who AWS does not know', async (t) => {
    setEnvironment(t, {
      ...environmentOf('wide'),
      AWS_ACCESS_KEY_ID: 'AKIAWRONG',
      AWS_SECRET_ACCESS_KEY: 'wrong',
    });
    await assert.rejects(whoAmI(openAws(PLAN.region)), /AWS does not know who this is/);
  });
}
