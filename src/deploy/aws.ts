import { messageOf, WhyconvError } from '../base/errors.js';

/** The client of each operation; loaded when it is first called. */
const OPERATIONS = {
  GetCallerIdentity: 'STS',
  SimulatePrincipalPolicy: 'IAM',
  GetRole: 'IAM',
  ListUserPolicies: 'IAM',
  GetUserPolicy: 'IAM',
  ListAttachedUserPolicies: 'IAM',
  ListGroupsForUser: 'IAM',
  ListGroupPolicies: 'IAM',
  GetGroupPolicy: 'IAM',
  ListAttachedGroupPolicies: 'IAM',
  ListRolePolicies: 'IAM',
  GetRolePolicy: 'IAM',
  ListAttachedRolePolicies: 'IAM',
  GetPolicy: 'IAM',
  GetPolicyVersion: 'IAM',
  PutObject: 'S3',
  CreateModel: 'SageMaker',
  CreateEndpointConfig: 'SageMaker',
  CreateEndpoint: 'SageMaker',
  DescribeEndpoint: 'SageMaker',
  DeleteEndpoint: 'SageMaker',
  DeleteEndpointConfig: 'SageMaker',
  DeleteModel: 'SageMaker',
  InvokeEndpoint: 'SageMakerRuntime',
} as const;

export type Operation = keyof typeof OPERATIONS;
type ClientName = (typeof OPERATIONS)[Operation];

/** Packages with the versions that this project is tested with; no dependencies of it, since they are twice the size of its web server. */
const PACKAGES: Readonly<Record<ClientName, { readonly name: string; readonly version: string }>> = {
  STS: { name: '@aws-sdk/client-sts', version: '3.1174.0' },
  IAM: { name: '@aws-sdk/client-iam', version: '3.1169.0' },
  S3: { name: '@aws-sdk/client-s3', version: '3.1175.0' },
  SageMaker: { name: '@aws-sdk/client-sagemaker', version: '3.1142.0' },
  SageMakerRuntime: { name: '@aws-sdk/client-sagemaker-runtime', version: '3.1164.0' },
};

/** Calls an operation of AWS by its name; what it answers is parsed by who asked. */
export type Aws = (operation: Operation, input?: object) => Promise<unknown>;

/** The part of a client's module that is used: the packages are not installed with this one, nor their types. */
interface Client {
  send(command: object): Promise<unknown>;
}
type ClientModule = Readonly<Record<string, new (input: object) => object>>;

/**
 * AWS by its SDK, with the credentials, and the address where AWS_ENDPOINT_URL names one, that the SDK finds itself.
 *
 * @throws WhyconvError on the first call, where the SDK is not installed
 */
export function openAws(region: string): Aws {
  const clients = new Map<ClientName, { readonly client: Client; readonly module: ClientModule }>();
  return async (operation, input = {}) => {
    const name = OPERATIONS[operation];
    if (!clients.has(name)) {
      const module = await loadClient(PACKAGES[name].name);
      const settings = { region, maxAttempts: 2, ...(name === 'S3' && { forcePathStyle: true }) };
      clients.set(name, { module, client: new module[`${name}Client`]!(settings) as Client });
    }
    const { client, module } = clients.get(name)!;
    return client.send(new module[`${operation}Command`]!(input));
  };
}

async function loadClient(name: string): Promise<ClientModule> {
  try {
    return (await import(name)) as ClientModule;
  } catch (cause) {
    throw new WhyconvError(
      {
        what: 'deploying needs the AWS SDK, which is not installed with this project',
        found: messageOf(cause).split('\n')[0]!,
        remedy: INSTALL_SDK,
      },
      { cause },
    );
  }
}

/** The command that installs the clients. */
export const INSTALL_SDK: string = `npm install --no-save ${Object.values(PACKAGES)
  .map(({ name, version }) => `${name}@${version}`)
  .join(' ')}`;

/** Whether AWS has refused a call for lack of permission; by its status where the answer is in no form that the SDK knows. */
export function isDenied(error: unknown): boolean {
  if (['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'].includes(nameOf(error))) return true;
  return nameOf(error) === 'SyntaxError' && statusOf(error) === 403;
}

/** The status of HTTP that a failed call was answered with. */
const statusOf = (error: unknown): number | undefined =>
  (error as { $response?: { statusCode?: number } } | undefined)?.$response?.statusCode;

/** An error's name, as AWS's clients set it. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** What a failed call means to the user. */
export function awsFailure(operation: string, error: unknown): WhyconvError {
  if (error instanceof WhyconvError) return error;
  const name = nameOf(error);
  const status = statusOf(error);
  const found = `${name}${status ? ` (${status})` : ''}: ${messageOf(error).split('\n')[0]!}`;
  if (/Credentials|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|UnrecognizedClient/.test(name)) {
    const remedy = 'aws configure, aws sso login, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
    return new WhyconvError(
      { what: 'AWS does not know who this is', where: operation, found, remedy },
      { cause: error },
    );
  }
  const remedy = isDenied(error) ? 'npm run deploy -- --check says which permissions are missing' : undefined;
  return new WhyconvError(
    { what: 'AWS refused', where: operation, found, ...(remedy && { remedy }) },
    { cause: error },
  );
}
