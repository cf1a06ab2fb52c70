import { type CallInputs, type CallTimes, compile, currentEngine } from '../engine/index.js';
import { countParameters } from '../models/index.js';
import { epochInputs, type RunSpec, shardsOf, trainingProgram } from '../training/index.js';
import type { Tables } from './arrays.js';
import type { Contender } from './contender.js';

/** This project's own training steps, called as `train` calls them: same program, same feeds, same draws. */
export function compiledSteps(spec: RunSpec, tables: Tables, compiled: boolean): Contender {
  const spent = { run: 0, readBack: 0 };
  const onCall = ({ run, readBack }: CallTimes) => {
    spent.run += run;
    spent.readBack += readBack;
  };
  const program = compile(trainingProgram(spec, tables, shardsOf(currentEngine())), {
    compile: compiled,
    onCall,
  });
  const batches = endlessInputs(spec, tables.labels.length);
  return {
    about: { parameters: countParameters(spec.model), versions: {}, compiled: program.compiled },
    async time(steps) {
      Object.assign(spent, { run: 0, readBack: 0 });
      let drawing = 0;
      let loss = Number.NaN;
      const began = performance.now();
      for (let step = 0; step < steps; step++) {
        const at = performance.now();
        const inputs = batches.next().value;
        drawing += performance.now() - at;
        loss = program.run('train', inputs).loss![0]!;
      }
      const total = performance.now() - began;
      const phases = program.compiled
        ? { input: total - spent.run - spent.readBack, ...spent }
        : { input: drawing, run: total - drawing, readBack: null };
      return { work: steps * spec.batchSize, seconds: total / 1000, loss, phases: perStep(phases, steps) };
    },
  };
}

/** Batch after batch, epoch after epoch. */
function* endlessInputs(spec: RunSpec, count: number): Generator<CallInputs, never> {
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  for (let epoch = 1; ; epoch++) yield* epochInputs(spec, rows, epoch, () => spec.optimizer.learningRate);
}

const perStep = (phases: { input: number; run: number; readBack: number | null }, steps: number) => ({
  input: phases.input / steps,
  run: phases.run / steps,
  readBack: phases.readBack === null ? null : phases.readBack / steps,
});
