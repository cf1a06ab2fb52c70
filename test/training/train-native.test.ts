import { currentEngine } from '../../src/engine/index.js';
import { startNativeEngine } from '../support/native.js';
import { testTraining } from './cases/train.js';

testTraining(async (t) => {
  if (!(await startNativeEngine())) t.skip('native engine is not installed');
  else if (currentEngine().device === 'gpu')
    t.skip('a GPU adds in no fixed order: runs are not the same bit by bit');
  else return true;
  return false;
});
