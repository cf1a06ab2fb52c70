import { type LabelResult, type NamedRun, summarizeRuns } from './results.js';

/** A model trained on growing parts of the training images. */
export interface ExamplesCurve {
  readonly model: string;
  /** From few examples to many. */
  readonly points: readonly { readonly examples: number; readonly result: LabelResult }[];
}

/** Sorts runs labelled "small, 2000 images" into one curve a model, in order of first appearance. */
export function examplesCurves(runs: readonly NamedRun[]): ExamplesCurve[] {
  const points = summarizeRuns(runs).flatMap((result) => {
    const model = /^(.+), [\d,]+ images$/.exec(result.label)?.[1];
    // As many as were trained on, which the label only asks for.
    return model === undefined ? [] : [{ model, examples: result.records[0]!.results!.train.count, result }];
  });
  return [...new Set(points.map(({ model }) => model))].map((model) => ({
    model,
    points: points
      .filter((point) => point.model === model)
      .map(({ examples, result }) => ({ examples, result }))
      .sort((a, b) => a.examples - b.examples),
  }));
}

/** Each model's result on its largest size, labelled with the model's name. */
export function onMostExamples(curves: readonly ExamplesCurve[]): LabelResult[] {
  return curves.flatMap(({ model, points }) => {
    const most = points.at(-1);
    return most ? [{ ...most.result, label: model }] : [];
  });
}

/** How many examples a model needs for an accuracy. */
export interface ExamplesNeeded {
  readonly examples: number;
  /** Whether it was reached with the fewest examples tried already, so that fewer may do. */
  readonly atMost: boolean;
}

/**
 * The size at which a curve first reaches a test accuracy (0 to 1), interpolated between neighbouring sizes as if
 * accuracy grew evenly with the logarithm of the size; null where no size reaches it.
 */
export function examplesToReach({ points }: ExamplesCurve, accuracy: number): ExamplesNeeded | null {
  const at = points.findIndex(({ result }) => result.testAccuracy.mean >= accuracy);
  const above = points[at];
  if (!above) return null;
  const below = points[at - 1];
  if (!below) return { examples: above.examples, atMost: true };
  const [from, to] = [below.result.testAccuracy.mean, above.result.testAccuracy.mean];
  const share = (accuracy - from) / (to - from);
  return { examples: below.examples * (above.examples / below.examples) ** share, atMost: false };
}
