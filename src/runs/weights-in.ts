import { type ErrorParts, WhyconvError } from '../base/errors.js';
import { type ModelSpec, weightShapes } from '../models/index.js';
import type { TensorFile } from '../training/index.js';

/**
 * The weights of a network in a file of tensors, in the order of `weightShapes(model)`.
 *
 * @param refusal what to say where one is missing or of another shape
 * @throws WhyconvError with these parts, and which tensor it is
 */
export const weightsIn = (
  { tensors }: Pick<TensorFile, 'tensors'>,
  model: ModelSpec,
  refusal: Pick<ErrorParts, 'what' | 'where' | 'remedy'>,
): Float32Array[] =>
  weightShapes(model).map(({ name, shape }) => {
    const found = tensors[name];
    if (found && found.shape.join() === shape.join()) return found.values;
    throw new WhyconvError({
      ...refusal,
      found: found ? `${name} of shape [${found.shape.join(', ')}]` : `no tensor ${name}`,
      expected: `${name} of shape [${shape.join(', ')}]`,
    });
  });
