import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError, WhyconvError } from '../base/errors.js';
import { writeFileAtomic } from '../base/files.js';
import {
  type Aws,
  checkDeploy,
  createEndpoint,
  type DeployCheck,
  type DeployPlan,
  deleteEndpoint,
  deployerPolicy,
  INSTALL_SDK,
  isEcrImage,
  openAws,
  rolePolicy,
  trustPolicy,
  whoAmI,
} from '../deploy/index.js';
import { interruptible, usage } from './screen.js';

const HELP = `npm run deploy -- --check | --apply | --delete, with --bucket, --role and --image

Puts this project's container and a model behind a SageMaker endpoint. --check creates nothing: it says who you are, which of
the permissions this needs you lack, and what to ask your administrator for, as policies for this bucket, role and image.

  --check          say what is missing (the default); exit code 1 if anything is
  --apply          create model, endpoint configuration and endpoint, wait until it is up, and ask it once. It costs money
  --delete         remove them again; with --apply, after it was asked
  --bucket NAME    the bucket of model.tar.gz
  --key KEY        its key in the bucket (default: NAME/model.tar.gz)
  --archive FILE   put this file there first (npm run export -- --to sagemaker writes it)
  --role ARN       the role that the endpoint works under, or its name
  --image URI      the container in ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/whyconv:TAG
  --name NAME      of model, configuration and endpoint (default: whyconv)
  --instance TYPE  the machine (default: ml.m5.large)
  --region REGION  default: AWS_REGION, otherwise AWS_DEFAULT_REGION
  --out FOLDER     also write the policies there, one file each
  --help           this text

Credentials are found as AWS's own tools find them; AWS_ENDPOINT_URL names another address than AWS's.
Needs the AWS SDK, which is not installed with this project:
  ${INSTALL_SDK}

Examples:
  npm run deploy -- --check --bucket my-bucket --role whyconv-endpoint --image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/whyconv:1
  npm run deploy -- --apply --delete --archive model.tar.gz --bucket my-bucket --role whyconv-endpoint --image ...
`;

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;
const OPTIONS = {
  check: flag,
  apply: flag,
  delete: flag,
  bucket: text,
  key: text,
  archive: text,
  role: text,
  image: text,
  name: { type: 'string', default: 'whyconv' },
  instance: { type: 'string', default: 'ml.m5.large' },
  region: text,
  out: text,
  help: flag,
} as const;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The command `deploy`: checks, creates or removes a SageMaker endpoint. */
export async function run(args: string[]): Promise<void> {
  const options = usage('deploy', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const region = options.region ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION);
  if (!region) throw new UsageError({ what: 'no region', expected: '--region, or AWS_REGION' });
  if (options.delete && !options.apply) {
    await deleteEndpoint(openAws(region), { name: requireName(options.name) }, print);
    return;
  }
  const settings = {
    region,
    name: requireName(options.name),
    bucket: required(options.bucket, '--bucket'),
    role: required(options.role, '--role'),
    image: requireImage(required(options.image, '--image')),
    instance: options.instance,
  };
  const aws = openAws(region);
  const identity = await whoAmI(aws);
  const role = settings.role.startsWith('arn:')
    ? settings.role
    : `arn:aws:iam::${identity.account}:role/${settings.role}`;
  const key = options.key ?? `${settings.name}/model.tar.gz`;
  const plan: DeployPlan = { ...settings, account: identity.account, role, key };
  if (options.apply) await apply(aws, plan, options);
  else await report(await checkDeploy(aws, identity, plan), plan, options.out);
}

async function apply(
  aws: Aws,
  plan: DeployPlan,
  options: { readonly archive?: string | undefined; readonly delete: boolean },
): Promise<void> {
  const { archive } = options;
  const answer = await interruptible((signal) =>
    createEndpoint(aws, plan, { archive, onStep: print, signal }),
  );
  print(`it says: ${answer.trim()}`);
  if (options.delete) await deleteEndpoint(aws, plan, print);
  else print(`remove it, and what it costs: npm run deploy -- --delete --name ${plan.name}`);
}

async function report(
  { identity, permissions, basis, role }: DeployCheck,
  plan: DeployPlan,
  out?: string,
): Promise<void> {
  print(`you are      ${identity.arn}\nfound by     ${basis}\n`);
  const words = { true: 'yes', false: 'MISSING', undefined: 'unknown' };
  for (const { action, allowed, why, resources } of permissions)
    print(`${words[`${allowed}`].padEnd(8)} ${action.padEnd(31)} ${why.padEnd(40)} ${resources.join(' ')}`);
  if (role) print(`\nrole         ${role}`);
  const policies = {
    'deployer-policy': { for: identity.arn, document: deployerPolicy(plan) },
    'role-policy': { for: plan.role, document: rolePolicy(plan) },
    'trust-policy': { for: `who may take over ${plan.role}`, document: trustPolicy(plan) },
  };
  for (const [name, { for: whom, document }] of Object.entries(policies)) {
    const json = JSON.stringify(document, null, 2);
    if (out === undefined) print(`\n${name}, ${whom}:\n${json}`);
    else await writeFileAtomic(join(out, `${name}.json`), `${json}\n`);
  }
  const missing = permissions.filter(({ allowed }) => !allowed);
  if (missing.length === 0 && !role) {
    print('\nnothing is missing');
    return;
  }
  throw new WhyconvError({
    what: missing.length > 0 ? 'permissions are missing, or cannot be seen' : 'the role does not fit',
    found: [...missing.map(({ action }) => action), ...(role ? [role] : [])].join(', '),
    remedy: `ask the administrator of account ${plan.account} for the policies ${out === undefined ? 'above' : `in ${out}`}`,
  });
}

function required(value: string | undefined, option: string): string {
  if (value) return value;
  throw new UsageError({
    what: `${option} is missing`,
    remedy: 'npm run deploy -- --help lists the options',
  });
}

/** "Pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}" (CreateEndpoint, EndpointName) */
function requireName(name: string): string {
  if (/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name)) return name;
  const expected = 'at most 63 letters, digits and hyphens, a letter or digit first and last';
  throw new UsageError({ what: 'not a name for an endpoint', where: '--name', found: name, expected });
}

function requireImage(image: string): string {
  if (isEcrImage(image)) return image;
  const expected = 'ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG, since SageMaker pulls from ECR';
  throw new UsageError({ what: 'not an image in ECR', where: '--image', found: image, expected });
}
