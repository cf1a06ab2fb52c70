import { EXIT_AGAIN, EXIT_HOPELESS } from '../base/errors.js';
import { type Submission, TASK_MEBIBYTES, timeLimit } from './submission.js';

export interface KubernetesSite {
  readonly image: string;
  /** A PersistentVolumeClaim that pods on all nodes may write, with the folders `data` and `reports`. */
  readonly volume: string;
}

/** Tries of one task that fail in a way that may pass, such as too little memory on a crowded node. */
const TRIES = 3;
const WRONG_USAGE = 2;
/** The user `node` of the image. */
const USER = 1000;

/**
 * The manifest of a study as an Indexed Job (batch/v1, Kubernetes 1.29 or newer): each index trains one shard. A pod that says
 * "again", or that its node had to give up, is replaced and not counted as a failure; an index whose runs cannot succeed is not tried
 * again, and the others go on.
 */
export function kubernetesJob(submission: Submission, { image, volume }: KubernetesSite) {
  const { name, plan, sameStudy, gpus, seconds } = submission;
  const amounts = {
    cpu: String(plan.cores),
    memory: `${TASK_MEBIBYTES}Mi`,
    ...(gpus !== undefined && { 'nvidia.com/gpu': String(gpus) }),
  };
  const limit = seconds === undefined ? [] : ['--for', `${timeLimit(submission)}s`];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      completionMode: 'Indexed',
      completions: plan.shards,
      parallelism: Math.min(plan.nodes, plan.shards),
      backoffLimitPerIndex: TRIES,
      maxFailedIndexes: plan.shards,
      podFailurePolicy: {
        rules: [
          {
            action: 'FailIndex',
            onExitCodes: { containerName: 'study', operator: 'In', values: [WRONG_USAGE, EXIT_HOPELESS] },
          },
          {
            action: 'Ignore',
            onExitCodes: { containerName: 'study', operator: 'In', values: [EXIT_AGAIN] },
          },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 120,
          securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER },
          containers: [
            {
              name: 'study',
              image,
              args: ['study', '--worker', '--shard', String(plan.shards), ...limit, ...sameStudy],
              env: [
                { name: 'WHYCONV_RUNS', value: '/reports/runs' },
                { name: 'WHYCONV_DATA_DIR', value: '/data' },
              ],
              resources: { requests: amounts, limits: amounts },
              volumeMounts: [
                { name: 'study', mountPath: '/data', subPath: 'data' },
                { name: 'study', mountPath: '/reports', subPath: 'reports' },
              ],
            },
          ],
          volumes: [{ name: 'study', persistentVolumeClaim: { claimName: volume } }],
        },
      },
    },
  };
}
