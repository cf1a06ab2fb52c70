import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { InterruptedError, messageOf, WhyconvError } from '../base/errors.js';
import { type Aws, awsFailure, type Operation } from './aws.js';
import type { DeployPlan } from './plan.js';

export interface ApplyOptions {
  /** The archive to put into the bucket first; absent where it is there already. */
  readonly archive?: string | undefined;
  /** Called with a line for each step that was taken. */
  readonly onStep?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between two looks at an endpoint that is starting. @default 15,000 */
  readonly lookMs?: number;
}

/** Milliseconds after which an endpoint should be up: usually three to eight minutes. */
const LONGEST_START = 20 * 60_000;

/**
 * Creates model, endpoint configuration and endpoint, waits until it is up and asks it once.
 *
 * @returns what it answered
 * @throws WhyconvError that says what was created until then and how to remove it
 */
export async function createEndpoint(
  aws: Aws,
  plan: DeployPlan,
  options: ApplyOptions = {},
): Promise<string> {
  const { archive, onStep = () => {} } = options;
  const { name, bucket, key, role, image, instance } = plan;
  const created: string[] = [];
  const step = async (operation: Operation, input: object, what: string) => {
    await aws(operation, input).catch((error: unknown) => {
      throw incomplete(awsFailure(operation, error), created);
    });
    created.push(what);
    onStep(`created ${what}`);
  };
  if (archive !== undefined) {
    const Body = await readFile(archive);
    await step('PutObject', { Bucket: bucket, Key: key, Body }, `s3://${bucket}/${key}`);
  }
  const container = { Image: image, ModelDataUrl: `s3://${bucket}/${key}` };
  await step(
    'CreateModel',
    { ModelName: name, PrimaryContainer: container, ExecutionRoleArn: role },
    `model ${name}`,
  );
  const variant = { VariantName: 'only', ModelName: name, InstanceType: instance, InitialInstanceCount: 1 };
  const config = { EndpointConfigName: name, ProductionVariants: [variant] };
  await step('CreateEndpointConfig', config, `endpoint configuration ${name}`);
  await step('CreateEndpoint', { EndpointName: name, EndpointConfigName: name }, `endpoint ${name}`);
  try {
    await untilInService(aws, name, options);
    onStep(`endpoint ${name} is up`);
    return await askOnce(aws, name);
  } catch (error) {
    throw incomplete(error instanceof WhyconvError ? error : awsFailure('endpoint', error), created);
  }
}

/** Removes what {@link createEndpoint} has created, but not the archive; what is not there is passed over. */
export async function deleteEndpoint(
  aws: Aws,
  { name }: Pick<DeployPlan, 'name'>,
  onStep: (line: string) => void = () => {},
): Promise<void> {
  const steps: [Operation, object, string][] = [
    ['DeleteEndpoint', { EndpointName: name }, `endpoint ${name}`],
    ['DeleteEndpointConfig', { EndpointConfigName: name }, `endpoint configuration ${name}`],
    ['DeleteModel', { ModelName: name }, `model ${name}`],
  ];
  for (const [operation, input, what] of steps) {
    try {
      await aws(operation, input);
      onStep(`removed ${what}`);
    } catch (error) {
      // SageMaker says "ValidationException" with this text where there is no such thing.
      if (!/could not find|does not exist|not found/i.test(messageOf(error)))
        throw awsFailure(operation, error);
      onStep(`there was no ${what}`);
    }
  }
}

const described = z.object({ EndpointStatus: z.string(), FailureReason: z.string().optional() });

async function untilInService(
  aws: Aws,
  name: string,
  { signal, lookMs = 15_000 }: ApplyOptions,
): Promise<void> {
  for (const began = performance.now(); ; ) {
    const { EndpointStatus, FailureReason } = described.parse(
      await aws('DescribeEndpoint', { EndpointName: name }),
    );
    if (EndpointStatus === 'InService') return;
    if (EndpointStatus === 'Failed' || performance.now() - began > LONGEST_START)
      throw new WhyconvError({
        what: 'the endpoint does not start',
        where: name,
        found: `${EndpointStatus}${FailureReason ? `: ${FailureReason}` : ''}`,
      });
    await sleep(lookMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    if (signal?.aborted)
      throw new InterruptedError({ what: 'interrupted while the endpoint starts', where: name });
  }
}

/** A gray image as text, which needs no library to make. */
async function askOnce(aws: Aws, name: string): Promise<string> {
  const body = `${Array(32 * 32 * 3)
    .fill('0.5')
    .join(',')}\n`;
  const answer = await aws('InvokeEndpoint', {
    EndpointName: name,
    ContentType: 'text/csv',
    Accept: 'application/json',
    Body: Buffer.from(body),
  });
  const { Body } = z.object({ Body: z.instanceof(Uint8Array) }).parse(answer);
  return Buffer.from(Body).toString('utf8');
}

/** What stays in the account, and costs, where creating has failed. */
function incomplete(error: WhyconvError, created: readonly string[]): WhyconvError {
  if (created.length === 0) return error;
  const { remedy, found, ...parts } = error.parts;
  return new WhyconvError(
    {
      ...parts,
      found: `${found ?? ''}; created before that: ${created.join(', ')}`,
      remedy: [remedy, 'the same command with --delete removes what was created'].filter(Boolean).join('; '),
    },
    { cause: error, exitCode: error.exitCode },
  );
}
