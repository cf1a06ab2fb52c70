import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { lastLines, runChild } from '../base/child.js';
import { UsageError, WhyconvError } from '../base/errors.js';
import { writeFileAtomic } from '../base/files.js';
import { parseChoice, parseDuration } from '../base/parse.js';
import { formatDuration } from '../base/progress.js';
import {
  kubernetesJob,
  planTasks,
  type Submission,
  slurmScripts,
  timeLimit,
  USEFUL_CORES,
} from '../cluster/index.js';
import { openStudy, SYNTHETIC } from '../study/index.js';
import { interruptible, openScreen, type Screen } from './screen.js';
import type { StudyArguments } from './study-options.js';

const NODES = 4;
/** Slurm's own default (slurm.conf(5)). */
const MAX_ARRAY_SIZE = 1001;

/** Hands what is missing to a scheduler. */
export async function submit(args: StudyArguments): Promise<void> {
  const scheduler = parseChoice('scheduler', ['slurm', 'kubernetes'], args.text.submit!, '--submit');
  requirePrint(args, scheduler);
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({ ...args.study, onProgress: screen.progress, signal }).finally(
      screen.clear,
    );
    const { nodes = NODES, cores = USEFUL_CORES, text } = args;
    const plan = await planTasks(study, args.names, { nodes, cores });
    if (plan.tasks.length === 0) {
      screen.line('Nothing to train: every run has its record.');
      return;
    }
    const submission: Submission = {
      name: `whyconv-${study.profile.name}`,
      plan,
      // By name, since shards depend on the engine.
      sameStudy: [...elsewhere(args.sameStudy, scheduler), '--engine', study.engine.name],
      gpus: args.gpus,
      ...(text.for !== undefined && { seconds: parseDuration(text.for, '--for') }),
    };
    if (scheduler === 'slurm') {
      if (!args.print) await study.store.prepare();
      await submitSlurm(submission, args, resolve(study.store.folder), screen);
    } else {
      const { image = 'whyconv', volume = 'whyconv' } = text;
      process.stdout.write(`${JSON.stringify(kubernetesJob(submission, { image, volume }), null, 2)}\n`);
    }
    screen.line(
      `${plan.missing} runs as ${plan.tasks.length} tasks of ${plan.shards} shards, at most ${nodes} at the same time: at most ${formatDuration(plan.seconds)} on nodes like this machine`,
    );
  });
}

async function submitSlurm(
  submission: Submission,
  { print, text }: StudyArguments,
  store: string,
  screen: Screen,
): Promise<void> {
  const logs = join(store, 'slurm');
  const scripts = slurmScripts(submission, {
    ...{ node: process.execPath, main: join(__dirname, 'main.js'), store, logs },
    partition: text.partition,
    maxArraySize: print ? MAX_ARRAY_SIZE : await maxArraySize(),
  });
  if (print) {
    process.stdout.write(scripts.join('\n'));
    return;
  }
  await mkdir(logs, { recursive: true });
  let previous: string | undefined;
  for (const [i, script] of scripts.entries()) {
    const path = join(logs, `${submission.name}-${i}.sh`);
    await writeFileAtomic(path, script);
    // One array after the other, so that no more tasks run at the same time than asked for.
    const after = previous === undefined ? [] : [`--dependency=afterany:${previous}`];
    const job = (await slurm('sbatch', '--parsable', ...after, path)).trim();
    previous = job;
    screen.line(
      `Submitted job ${job}, ${formatDuration(timeLimit(submission))} a task; logs in ${dirname(path)}`,
    );
  }
}

async function maxArraySize(): Promise<number> {
  const found = /^MaxArraySize\s*=\s*(\d+)/m.exec(await slurm('scontrol', 'show', 'config'))?.[1];
  return found ? Number(found) : MAX_ARRAY_SIZE;
}

async function slurm(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr, ended } = await runChild(program, args);
  if (code === 0) return stdout;
  throw new WhyconvError({
    what: `${program} failed`,
    where: args.join(' '),
    found: lastLines(stderr) || ended,
    remedy: 'run it where Slurm takes jobs; --print shows what would be submitted',
  });
}

/** Paths as another process on another node needs them. */
function elsewhere(options: readonly string[], scheduler: 'slurm' | 'kubernetes'): string[] {
  return options.map((value, i) => {
    const isPath = options[i - 1] === '--data' && value !== SYNTHETIC && scheduler === 'slurm';
    return isPath ? resolve(value) : value;
  });
}

function requirePrint({ print }: StudyArguments, scheduler: string): void {
  if (scheduler === 'slurm' || print) return;
  throw new UsageError({
    what: 'a job for Kubernetes is printed, not submitted',
    where: '--submit',
    remedy: 'npm run -s study -- --submit kubernetes --print | kubectl apply -f -',
  });
}
