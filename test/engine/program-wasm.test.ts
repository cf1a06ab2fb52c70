import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { nativeBackend } from '../../src/engine/native-binding.js';
import { refusal } from '../support/refusal.js';
import { testPrograms } from './cases/programs.js';

// This engine cannot satisfy `compile: true`; the program runs eagerly.
testPrograms(async () => (await startEngine('wasm')).name === 'wasm', { compile: true, compiled: false });

it('nativeBackend refuses the wasm engine', async () => {
  await startEngine('wasm');
  assert.throws(nativeBackend, refusal({ what: 'needs the native engine', found: 'wasm' }));
});
