import { type Submission, TASK_MEBIBYTES, timeLimit } from './submission.js';

/** Where a job runs. */
export interface SlurmSite {
  /** The compiled command and the Node that runs it, in folders that all nodes see. */
  readonly node: string;
  readonly main: string;
  /** Of the records. */
  readonly store: string;
  readonly logs: string;
  readonly partition?: string | undefined;
  /** Slurm's MaxArraySize: one more than the highest index that a job array may have. */
  readonly maxArraySize: number;
}

/** Seconds before the time limit at which a worker is asked to end; Slurm may be up to a minute early (sbatch(1), `--signal`). */
const NOTICE = 120;

/**
 * The batch scripts of a study: one job array, or several where an array may not be that long. Each task trains one shard of
 * the runs that have no record yet.
 *
 * Two minutes before its time limit Slurm sends USR1 to the script (sbatch(1), `--signal=B:`). The worker ends with exit code 75, and the
 * script puts its own task back into the queue. A task that is cancelled or preempted gets TERM: then Slurm itself
 * decides whether it comes back (`--requeue`), and the script must not ask for that.
 */
export function slurmScripts(submission: Submission, site: SlurmSite): string[] {
  const indices = submission.plan.tasks.map(({ index }) => index);
  const offsets = [...new Set(indices.map((index) => offsetOf(index, site)))].sort((a, b) => a - b);
  return offsets.map((offset) => {
    const here = indices.filter((index) => offsetOf(index, site) === offset).map((index) => index - offset);
    return script(submission, site, here, offset);
  });
}

const offsetOf = (index: number, { maxArraySize }: SlurmSite): number => index - (index % maxArraySize);

function script(submission: Submission, site: SlurmSite, indices: readonly number[], offset: number): string {
  const { name, plan, sameStudy, gpus } = submission;
  const seconds = timeLimit(submission);
  const options = [
    `--job-name=${name}`,
    `--array=${ranges(indices)}%${plan.nodes}`,
    '--requeue',
    `--signal=B:USR1@${Math.min(NOTICE, Math.floor(seconds / 4))}`,
    '--open-mode=append',
    `--output=${site.logs}/%x-%A_%a.log`,
    '--ntasks=1',
    `--cpus-per-task=${plan.cores}`,
    `--mem=${TASK_MEBIBYTES}M`,
    `--time=${Math.ceil(seconds / 60)}`,
    ...(site.partition === undefined ? [] : [`--partition=${site.partition}`]),
    ...(gpus === undefined ? [] : [`--gpus=${gpus}`]),
  ];
  const index = offset === 0 ? '$SLURM_ARRAY_TASK_ID' : `$((SLURM_ARRAY_TASK_ID + ${offset}))`;
  const command = [site.node, site.main, 'study', '--worker'].map(quoted).join(' ');
  return `#!/bin/bash
${options.map((option) => `#SBATCH ${option}`).join('\n')}

export WHYCONV_RUNS=${quoted(site.store)}
echo "task $SLURM_ARRAY_TASK_ID on $(hostname), restart \${SLURM_RESTART_COUNT:-0}, $(date)"
${command} --shard "${index}/${plan.shards}" ${sameStudy.map(quoted).join(' ')} &
worker=$!
again=
trap 'again=yes; kill -USR1 "$worker"' USR1
trap 'again=; kill -TERM "$worker"' TERM
wait "$worker"
# A signal ends a wait before the worker has ended.
while kill -0 "$worker" 2>/dev/null; do wait "$worker"; done
wait "$worker"
code=$?
if [ "$again" ] && [ "$code" -eq 75 ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
fi
exit "$code"
`;
}

/** [0, 1, 2, 5] as "0-2,5". */
export function ranges(indices: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const index of [...indices].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** A word of a shell's command line. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
