import { currentEngine, tf } from '../engine/index.js';
import type { Contender } from './contender.js';

/** Large enough for the kernel's best speed, small enough for a product to take no more than some tenths of a second. */
const SIDE = { native: 2048, wasm: 512 } as const;

/** Products of two square float32 matrices: the fastest of them is what the machine can do at most. */
export function matmul(): Contender {
  const side = SIDE[currentEngine().name];
  const [a, b] = [1, 2].map((seed) => tf.randomUniform([side, side], -1, 1, 'float32', seed) as tf.Tensor2D);
  return {
    about: { parameters: null, versions: {} },
    async time(steps) {
      const began = performance.now();
      for (let step = 0; step < steps; step++) {
        // One value is read, since some devices answer before they have computed.
        tf.tidy(() => tf.matMul(a!, b!).slice([0, 0], [1, 1]).dataSync());
      }
      const seconds = (performance.now() - began) / 1000;
      return { work: 2 * side ** 3 * steps, seconds, loss: null };
    },
  };
}
