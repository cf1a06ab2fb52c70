import { startNativeEngine } from '../support/native.js';
import { testOps } from './cases/ops.js';

testOps(async (t) => {
  const started = await startNativeEngine();
  if (!started) t.skip('native engine is not installed');
  return started;
});
