/** What is to be created, and of what. */
export interface DeployPlan {
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** Of the model, its endpoint configuration and its endpoint. */
  readonly name: string;
  /** Where model.tar.gz lies or is put: s3://bucket/key. */
  readonly bucket: string;
  readonly key: string;
  /** ARN of the role that the endpoint works under. */
  readonly role: string;
  /** Address of the container's image in ECR. */
  readonly image: string;
  /** "ml.m5.large". */
  readonly instance: string;
}

/** One thing that somebody must be allowed to do. */
export interface Permission {
  readonly action: string;
  readonly resources: readonly string[];
  readonly why: string;
  /** What the action's request says of itself, for conditions of policies. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The service that takes the role over. */
export const SAGEMAKER = 'sagemaker.amazonaws.com';

/** What who deploys must be allowed to do; each action with the resources that AWS checks it on (Service Authorization Reference). */
export function deployerPermissions(plan: DeployPlan): Permission[] {
  const { region, account, name, role } = plan;
  const arn = (kind: string) => `arn:aws:sagemaker:${region}:${account}:${kind}/${name}`;
  const [model, config, endpoint] = [arn('model'), arn('endpoint-config'), arn('endpoint')];
  return [
    { action: 's3:PutObject', resources: [archiveArn(plan)], why: 'put the model where SageMaker reads it' },
    { action: 'sagemaker:CreateModel', resources: [model], why: 'name the container and the model' },
    {
      action: 'iam:PassRole',
      resources: [role],
      why: 'let SageMaker work under the role',
      context: { 'iam:PassedToService': SAGEMAKER },
    },
    { action: 'sagemaker:CreateEndpointConfig', resources: [config], why: 'choose the machine' },
    { action: 'sagemaker:CreateEndpoint', resources: [endpoint, config], why: 'start it' },
    { action: 'sagemaker:DescribeEndpoint', resources: [endpoint], why: 'see when it is up' },
    { action: 'sagemaker:InvokeEndpoint', resources: [endpoint], why: 'ask it' },
    { action: 'sagemaker:DeleteEndpoint', resources: [endpoint], why: 'stop it, and what it costs' },
    { action: 'sagemaker:DeleteEndpointConfig', resources: [config], why: 'clean up' },
    { action: 'sagemaker:DeleteModel', resources: [model], why: 'clean up' },
  ];
}

/** What the endpoint's role must be allowed to do: "SageMaker Roles", CreateModel API: execution role permissions. */
export function rolePermissions(plan: DeployPlan): Permission[] {
  const { region, account } = plan;
  const logs = `arn:aws:logs:${region}:${account}:log-group:/aws/sagemaker/*`;
  const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
  return [
    { action: 's3:GetObject', resources: [archiveArn(plan)], why: 'read the model' },
    { action: 'ecr:GetAuthorizationToken', resources: ['*'], why: 'log in to the registry' },
    ...pull.map((action) => ({ action, resources: [repositoryArn(plan)], why: 'pull the image' })),
    ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
      action,
      resources: [logs],
      why: 'keep the logs',
    })),
    { action: 'cloudwatch:PutMetricData', resources: ['*'], why: 'report metrics' },
  ];
}

const archiveArn = ({ bucket, key }: DeployPlan): string => `arn:aws:s3:::${bucket}/${key}`;

/** "123456789012.dkr.ecr.eu-west-1.amazonaws.com/whyconv:1" */
const IMAGE = /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

function repositoryArn({ image }: DeployPlan): string {
  const [, account, region, repository] = IMAGE.exec(image) ?? [];
  return repository === undefined ? '*' : `arn:aws:ecr:${region}:${account}:repository/${repository}`;
}

export const isEcrImage = (image: string): boolean => IMAGE.test(image);
