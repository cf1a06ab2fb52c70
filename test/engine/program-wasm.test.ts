import { startEngine } from '../../src/engine/index.js';
import { testPrograms } from './cases/programs.js';

// `compile: true` is a wish that this engine cannot grant: the program runs all the same.
testPrograms(async () => (await startEngine('wasm')).name === 'wasm', { compile: true, compiled: false });
