import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { infer } from '../../src/lab/index.js';
import { layerShapes, weightShapes, withoutSharing } from '../../src/models/index.js';
import { networkOf, scaled } from '../../src/play/network.js';
import { turn, weightIndex } from '../../src/play/turn.js';
import { assertClose } from '../support/numbers.js';
import { flat, shapes, tiny, weightsOf } from './networks.js';

const image = shapes.test.images.subarray(0, IMAGE_BYTES);
const place = { filter: 2, row: 0, column: 2, channel: 1, x: 20, y: 7 } as const;

describe('turning one weight', () => {
  before(() => startEngine('wasm'));

  for (const spec of [tiny, withoutSharing(tiny), flat]) {
    it(`of ${spec.name} gives the answers of the engine with that weight changed, and leaves the network as it was`, async () => {
      const weights = weightsOf(spec);
      const network = networkOf(spec, weights);
      const kept = weights.map((values) => values.slice());
      const { logits, changed, change } = turn(network, scaled(image), place, 0.7);
      assert.deepEqual(weights, kept);
      kept[0]![weightIndex(network, place)]! += 0.7;
      assertClose(logits, await infer(spec, kept, image), 1e-5);
      const shared = spec === tiny;
      assert.equal(changed, shared ? 31 * 31 : 1);
      // Above and to the right of the position is the pixel at column 21, row 6: its green value times 0.7.
      const expected = (0.7 * image[(6 * 32 + 21) * 3 + 1]!) / 255;
      assert.ok(Math.abs(change[spec === flat ? 2 : 7 * 32 + 20]! - expected) < 1e-5);
    });
  }

  it('finds the weight by its place: in the layout of the kernel, dimension by dimension', () => {
    for (const [spec, at] of [
      [tiny, [0, 2, 1, 2]],
      [withoutSharing(tiny), [7 * 32 + 20, (0 * 3 + 2) * 3 + 1, 2]],
      [flat, [(6 * 32 + 21) * 3 + 1, 2]],
    ] as const) {
      const { shape } = weightShapes(spec)[0]!;
      const index = at.reduce((sum: number, position, i) => sum * shape[i]! + position, 0);
      assert.equal(weightIndex(networkOf(spec, weightsOf(spec)), place), index, layerShapes(spec)[0]!.name);
    }
  });
});
