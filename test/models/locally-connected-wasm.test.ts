import { startEngine } from '../../src/engine/index.js';
import { testLocallyConnected } from './cases/locally-connected.js';

testLocallyConnected(async () => (await startEngine('wasm')).name === 'wasm');
