import { startEngine } from '../../src/engine/index.js';
import { testOps } from './cases/ops.js';

testOps(async () => (await startEngine('wasm')).name === 'wasm');
