import { compile } from '../../src/engine/index.js';
import { MODELS, withoutSharing } from '../../src/models/index.js';
import { joined, stepInputs, stepProgram, stepSpec } from '../engine/cases/step.js';
import { itNative, startNativeEngine } from '../support/native.js';
import { assertClose } from '../support/numbers.js';
import { testLocallyConnected } from './cases/locally-connected.js';

testLocallyConnected(async (t) => {
  const started = await startNativeEngine();
  if (!started) t.skip('native engine is not installed');
  return started;
});

itNative('a compiled training step without sharing gives the weights that eager steps give', () => {
  const spec = stepSpec(withoutSharing(MODELS.small), 8);
  const [graph, eager] = [true, false].map((compiled) => compile(stepProgram(spec), { compile: compiled }));
  const [forGraph, forEager] = [stepInputs(spec), stepInputs(spec)];
  for (let step = 0; step < 3; step++) {
    const found = graph!.run('train', forGraph());
    assertClose(found.loss!, eager!.run('train', forEager()).loss!, 1e-4, 'loss');
  }
  assertClose(joined(graph!.readState()), joined(eager!.readState()), 1e-4, 'weights and moments');
  graph!.dispose();
  eager!.dispose();
});
