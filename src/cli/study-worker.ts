import { EXIT_AGAIN, InterruptedError, WhyconvError } from '../base/errors.js';
import { parseDuration } from '../base/parse.js';
import { formatDuration } from '../base/progress.js';
import { parseShard, runsToTake, runWorker } from '../cluster/index.js';
import { FailedRunsError } from '../runs/index.js';
import { describeRun, openStudy } from '../study/index.js';
import { openScreen, repeatNote, stoppable } from './screen.js';
import type { StudyArguments } from './study-options.js';
import { reporting } from './study-train.js';

/** Trains what no other worker trains; see --help for its exit codes. */
export async function work(args: StudyArguments): Promise<void> {
  const { text } = args;
  const seconds = text.for === undefined ? undefined : parseDuration(text.for, '--for');
  const shard = text.shard === undefined ? undefined : parseShard(text.shard, process.env);
  const screen = openScreen();
  await stoppable(async (stopped) => {
    const timeout = seconds === undefined ? [] : [AbortSignal.timeout(Math.ceil(seconds * 1000))];
    const signal = AbortSignal.any([stopped, ...timeout]);
    const study = await openStudy({ ...args.study, onProgress: screen.progress, signal });
    const specs = runsToTake(study, args.names, shard);
    screen.line(
      `worker ${process.pid} on the ${study.engine.name} engine, ${study.engine.threads} threads: ${specs.length} runs${shard ? ` of shard ${shard.index}/${shard.count}` : ''}`,
    );
    const { trained, failed, elsewhere } = await runWorker(specs, {
      ...{ store: study.store, datasetOf: study.datasetOf, nameOf: describeRun, compile: args.study.compile },
      ...reporting(screen, args.failFast),
      onProgress: screen.progress,
      signal,
    });
    screen.line(`${trained} trained${elsewhere > 0 ? `, ${elsewhere} being trained by others` : ''}`);
    repeatNote(study.dataset, screen);
    if (failed.length > 0) throw new FailedRunsError(failed);
  })
    .catch((error: unknown) => {
      if (!(error instanceof InterruptedError)) throw error;
      throw again(error, seconds);
    })
    .finally(screen.clear);
}

/** A scheduler starts the worker again: it has more to do. */
const again = ({ parts }: InterruptedError, seconds: number | undefined): WhyconvError =>
  new WhyconvError(
    {
      ...parts,
      remedy: `start the worker again: it resumes where it was${seconds === undefined ? '' : ` (--for ${formatDuration(seconds)})`}`,
    },
    { exitCode: EXIT_AGAIN },
  );
