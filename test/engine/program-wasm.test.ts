import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { nativeBackend } from '../../src/engine/native-binding.js';
import { refusal } from '../support/refusal.js';
import { testPrograms } from './cases/programs.js';

// `compile: true` is a wish that this engine cannot grant: the program runs all the same.
testPrograms(async () => (await startEngine('wasm')).name === 'wasm', { compile: true, compiled: false });

it('the compiler has no native binding to record from on this engine', async () => {
  await startEngine('wasm');
  assert.throws(nativeBackend, refusal({ what: 'needs the native engine', found: 'wasm' }));
});
