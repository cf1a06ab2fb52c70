import { formatDuration } from '../base/progress.js';
import { lineOf } from '../runs/index.js';
import { describeRun, missingRuns, openStudy } from '../study/index.js';
import type { RunRecord, RunSpec } from '../training/index.js';
import { interruptible, openScreen, repeatNote, type Screen } from './screen.js';
import type { StudyArguments } from './study-options.js';

/** Trains what is missing in this process and its workers. */
export async function train({ names, study: options, failFast }: StudyArguments): Promise<void> {
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({
      ...options,
      onProgress: screen.progress,
      ...reporting(screen, failFast),
      signal,
    }).finally(screen.clear);
    const missing = await missingRuns(study, names);
    screen.line(
      `${missing.length} of ${study.profile.name}'s runs to train, on the ${study.engine.name} engine`,
    );
    await study.runExperiments(names).finally(screen.clear);
    repeatNote(study.dataset, screen);
  });
}

/** Says of each run that it was trained or that it failed. With `failFast` a failure is thrown. */
export const reporting = (screen: Screen, failFast: boolean) => ({
  onTrained(trained: RunRecord) {
    screen.clear();
    process.stdout.write(`${describeTrained(trained)}\n`);
  },
  ...(!failFast && {
    onFailed: (spec: RunSpec, error: unknown) =>
      screen.line(`failed: ${describeRun(spec)}: ${lineOf(error)}`),
  }),
});

function describeTrained(record: RunRecord): string {
  const took = formatDuration(record.provenance.seconds);
  const about = `${describeRun(record.spec)}: ${record.history.length} epochs in ${took}`;
  if (!record.results) return `${about}; the loss is not a number: recorded as diverged`;
  const { validation, test } = record.results;
  return `${about}, validation accuracy ${validation.accuracy.toFixed(4)}, test ${test.accuracy.toFixed(4)}`;
}
