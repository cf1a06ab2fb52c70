import { type ModelSpec, modelArithmetic, modelTotals } from '../models/index.js';

/**
 * Floating-point operations of a training step, per image. The forward pass costs {@link modelTotals}'s `flops`
 * (two per multiply-accumulate of convolutions and dense layers); the backward pass computes the gradient with regard
 * to each layer's weights and to its input, each as many operations again. Nobody needs the gradient with regard to
 * the image, so the first layer with weights has none: 3 * forward - first layer's forward.
 *
 * Not counted: bias, ReLU, pooling, dropout, softmax and Adam, which do no multiplication of matrices. The share of
 * the matmul peak that follows is therefore a lower bound.
 */
export function trainingFlops(spec: ModelSpec): number {
  const first = modelArithmetic(spec).find(({ parameters }) => parameters > 0);
  return 3 * modelTotals(spec).flops - (first?.flops ?? 0);
}
