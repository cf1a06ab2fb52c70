import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { compile } from '../../src/engine/index.js';
import { readTensorFile } from '../../src/training/index.js';
import { itNative } from '../support/native.js';
import { assertClose } from '../support/numbers.js';
import { gradientProgram, STEP_CASES, stepCase, stepInputs } from './cases/step.js';

describe('the gradients of a training step', () => {
  itNative('are the same on wasm, native compiled and native eager for all five models', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'whyconv-gradients-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    execFileSync(process.execPath, [require.resolve('./cases/print-gradients.js'), 'wasm', folder]);
    for (const stepped of STEP_CASES) {
      const spec = stepCase(stepped);
      const { tensors: expected } = await readTensorFile(join(folder, stepped[0]));
      for (const compiled of [true, false]) {
        const program = compile(gradientProgram(spec), { compile: compiled });
        const found = program.run('gradients', stepInputs(spec)());
        program.dispose();
        for (const [name, { values }] of Object.entries(expected)) {
          assertClose(found[name]!, values, 1e-4, `${stepped[0]}, ${name}, compiled: ${compiled}`);
        }
      }
    }
  });
});
