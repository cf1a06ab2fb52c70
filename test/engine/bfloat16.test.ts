import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildGraph } from '../../src/engine/build-graph.js';
import { compile, currentEngine } from '../../src/engine/index.js';
import { DTYPE } from '../../src/engine/native-binding.js';
import { shardsOf } from '../../src/training/index.js';
import { itNative } from '../support/native.js';
import { refusal } from '../support/refusal.js';
import { gradientProgram, stepCase, stepInputs } from './cases/step.js';

const float32 = stepCase(['small', 8]);
const program = (precision: 'float32' | 'bf16') => ({ ...gradientProgram(float32), precision });

itNative('bfloat16 rounds all convolutions and nothing else', () => {
  const nodes = buildGraph(program('bf16')).nodes;
  const typed = nodes.filter(({ attrs }) => attrs.some((a) => a.name === 'T' && a.value === DTYPE.bfloat16));
  assert.deepEqual([...new Set(typed.map(({ op }) => op))].sort(), [
    'Conv2D',
    'Conv2DBackpropFilter',
    'Conv2DBackpropInput',
  ]);
  const convolutions = nodes.filter(({ op }) => op.startsWith('Conv2D'));
  assert.equal(typed.length, convolutions.length, 'every convolution is in bfloat16');
  // Per shard: five forward convolutions, five filter gradients, and four input gradients, none for the image.
  assert.equal(typed.length, (5 + 5 + 4) * shardsOf(currentEngine()));
});

itNative('gradients in bfloat16 equal those in float32 within the rounding of 8 significant bits', () => {
  const inputs = stepInputs(float32)();
  const [exact, rounded] = (['float32', 'bf16'] as const).map((precision) => {
    const compiled = compile(program(precision));
    const results = compiled.run('gradients', inputs);
    compiled.dispose();
    return results;
  });
  for (const [name, values] of Object.entries(exact!).filter(([key]) => key.startsWith('gradient/'))) {
    const difference = Math.hypot(...values.map((value, i) => value - rounded![name]![i]!));
    const relative = difference / Math.hypot(...values);
    assert.ok(relative < 0.1, `${name}: ${relative}`);
  }
  const [loss, roundedLoss] = [exact!.loss![0]!, rounded!.loss![0]!];
  assert.notEqual(loss, roundedLoss, 'something is rounded');
  assert.ok(Math.abs(loss - roundedLoss) < 0.02 * loss);
});

it('bfloat16 is refused for eager programs', async () => {
  const { startEngine } = await import('../../src/engine/index.js');
  await startEngine();
  assert.throws(
    () => compile(program('bf16'), { compile: false }),
    refusal({ what: /bfloat16 needs compiled programs/ }),
  );
});
