import type { ContenderProcess } from './process.js';

/** Steps that Keras runs as one call where it is tuned, and what its number of steps must be a multiple of. */
export const STEPS_PER_EXECUTION = 20;
const REPETITION_SECONDS = 2;
const FIRST_STEPS = 5;
/** Training images of the study. */
const STUDY_IMAGES = 45_000;

/** As many images as the study trains on, in whole executions of 20 batches: no contender meets a smaller last batch. */
export function defaultImages(batchSize: number): number {
  const whole = (unit: number) => Math.floor(STUDY_IMAGES / unit) * unit;
  return whole(batchSize * STEPS_PER_EXECUTION) || whole(batchSize);
}

/** Steps nearest to these that `fit` can run: at most an epoch of `batches`, or whole epochs. */
export function feasibleSteps(steps: number, batches: number): number {
  return steps <= batches ? steps : Math.round(steps / batches) * batches;
}

/** Steps of a repetition of about two seconds, at least one `grain`, a multiple of it unless it is whole epochs. */
export function stepsFor(secondsPerStep: number, grain: number, batches: number): number {
  const wanted = Math.max(1, Math.round(REPETITION_SECONDS / secondsPerStep / grain)) * grain;
  return feasibleSteps(wanted, batches);
}

/**
 * Warms a contender up, so that what is compiled or allocated once is not timed, and settles the steps of a repetition:
 * those asked for, or as many as take about two seconds.
 */
export async function warmUp(
  contender: Pick<ContenderProcess, 'time'>,
  { asked, grain, batches }: { asked?: number | undefined; grain: number; batches: number },
): Promise<number> {
  let steps = feasibleSteps(asked ?? Math.max(FIRST_STEPS, grain), batches);
  if (asked !== undefined) {
    await contender.time(steps);
    return steps;
  }
  // The first call compiles, the second tells roughly how fast it is, the third is a repetition that does not count.
  await contender.time(steps);
  for (let trial = 0; trial < 2; trial++) {
    const { seconds } = await contender.time(steps);
    steps = stepsFor(seconds / steps, grain, batches);
  }
  return steps;
}
