/*
 * A program: computes one step's gradients of each model on the engine given as first argument and writes them into the
 * folder given as second argument, one tensor file per model.
 */
import { join } from 'node:path';
import { compile, startEngine } from '../../../src/engine/index.js';
import { writeTensorFile } from '../../../src/training/index.js';
import { gradientProgram, STEP_CASES, stepCase, stepInputs } from './step.js';

async function main([engine, folder]: string[]): Promise<void> {
  await startEngine(engine === 'native' ? 'native' : 'wasm');
  for (const stepped of STEP_CASES) {
    const spec = stepCase(stepped);
    const program = compile(gradientProgram(spec));
    const results = program.run('gradients', stepInputs(spec)());
    const tensors = Object.entries(results).map(([name, values]) => [
      name,
      { shape: [values.length], values },
    ]);
    await writeTensorFile(join(folder!, stepped[0]), { tensors: Object.fromEntries(tensors), metadata: {} });
    program.dispose();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
