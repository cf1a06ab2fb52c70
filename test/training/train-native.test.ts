import { startNativeEngine } from '../support/native.js';
import { testTraining } from './cases/train.js';

testTraining(async (t) => {
  const started = await startNativeEngine();
  if (!started) t.skip('native engine is not installed');
  return started;
});
