import { IMAGE_SIDE } from '../data/index.js';
import type { TransformSpec } from '../training/index.js';
import { type LabelResult, type NamedRun, summarizeRuns } from './results.js';

/** A model trained and tested on images whose pixels were permuted inside blocks. */
export interface BlockPermuted {
  /** The model's name. */
  readonly model: string;
  /** Pixels a side: 1 leaves an image as it is, 32 permutes all of it. */
  readonly block: number;
  readonly result: LabelResult;
}

/** Sorts runs by the blocks their pixels were permuted in, whatever their labels; models in order of first appearance. */
export function byBlock(runs: readonly NamedRun[]): BlockPermuted[] {
  const results = summarizeRuns(runs).map((result): BlockPermuted => {
    const { model, transform } = result.records[0]!.spec;
    return { model: model.name, block: sideOf(transform), result };
  });
  const models = [...new Set(results.map(({ model }) => model))];
  return models.flatMap((name) =>
    results.filter(({ model }) => model === name).sort((a, b) => a.block - b.block),
  );
}

const sideOf = (transform: TransformSpec): number =>
  transform.kind === 'none' ? 1 : (transform.blockSize ?? IMAGE_SIDE);
