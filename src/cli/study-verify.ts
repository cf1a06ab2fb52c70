import { WhyconvError } from '../base/errors.js';
import { formatPercent } from '../base/format.js';
import { parseCount } from '../base/parse.js';
import { formatDuration } from '../base/progress.js';
import { random, shuffle } from '../base/random.js';
import { type Agreement, agreementOf, Estimator, recordedRuns } from '../runs/index.js';
import { describeRun, openStudy, type Study } from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import { interruptible, openScreen } from './screen.js';
import type { StudyArguments } from './study-options.js';
import { withTemporaryStore } from './temporary-store.js';

/**
 * Trains some of the recorded runs again, in a store of its own that is removed, and compares.
 *
 * @throws WhyconvError where a run differs by more than rounding, or none can be trained on the images at hand
 */
export async function verify({ study: options, text }: StudyArguments): Promise<void> {
  const count = parseCount(text.verify!, '--verify');
  const screen = openScreen();
  await withTemporaryStore('verify', (store) =>
    interruptible(async (signal) => {
      const study = await openStudy({
        ...options,
        store,
        onProgress: screen.progress,
        signal,
      }).finally(screen.clear);
      const drawn = drawRuns(await recordedRuns(), count, study);
      screen.line(
        `${drawn.length} recorded runs to train again, about ${estimated(drawn, study)} on one core`,
      );
      const trained = await study.runSpecs(drawn.map(({ spec }) => spec)).finally(screen.clear);
      report(drawn.map((record, i) => ({ record, agreement: agreementOf(record, trained[i]!.record) })));
    }),
  );
}

/** In an order that the study's seed decides, of the runs on images that are at hand. */
function drawRuns(
  records: readonly RunRecord[],
  count: number,
  { dataset, seed, experiments }: Study,
): RunRecord[] {
  const positions = experiments.find(({ name }) => name === 'position')?.specs[0]?.dataset;
  const here = records.filter(({ spec }) => [dataset.fingerprint, positions].includes(spec.dataset));
  if (here.length === 0) {
    throw new WhyconvError({
      what: 'none of the recorded runs was trained on the images at hand',
      where: dataset.source,
      found: `images with the fingerprint ${dataset.fingerprint}`,
      expected: [...new Set(records.map(({ spec }) => spec.dataset))].join(' or ') || 'recorded runs',
      remedy: 'name the images that the study was recorded on with --data',
    });
  }
  return shuffle([...here], random(seed, 'verify')).slice(0, count);
}

function estimated(records: readonly RunRecord[], study: Study): string {
  const estimator = new Estimator(study.engine.name, records);
  const seconds = records.map(({ spec }) => estimator.estimate(spec, study.datasetOf(spec)).coreSeconds);
  return formatDuration(seconds.reduce((sum, each) => sum + each, 0));
}

interface Verified {
  readonly record: RunRecord;
  readonly agreement: Agreement;
}

/** One line per run; a run that differs makes the command fail. */
function report(verified: readonly Verified[]): void {
  for (const { record, agreement } of verified)
    process.stdout.write(`${agreement.kind.padEnd(16)} ${describeRun(record.spec)}: ${inWords(agreement)}\n`);
  const different = verified.filter(({ agreement }) => agreement.kind === 'different');
  if (different.length === 0) return;
  throw new WhyconvError({
    what: `${different.length} of ${verified.length} runs differ from their records by more than rounding`,
    found: different.map(({ record }) => record.key).join('\n            '),
    expected: `results within rounding of those recorded on ${different[0]!.record.provenance.cpu}`,
  });
}

function inWords({ kind, accuracies: [recorded, now], firstEpoch, flipped }: Agreement): string {
  const accuracy = (value: number | null) => (value === null ? 'diverged' : formatPercent(value));
  if (kind === 'identical') return `test accuracy ${accuracy(now)}, every loss and every answer the same`;
  const answers = flipped === null ? '' : `, ${formatPercent(flipped)} of the test images answered otherwise`;
  return `test accuracy ${accuracy(recorded)} recorded, ${accuracy(now)} now; loss of the first epoch off by ${(100 * firstEpoch).toPrecision(2)} %${answers}`;
}
