import type { TestContext } from 'node:test';
import { startNativeEngine } from '../support/native.js';
import { testPrograms } from './cases/programs.js';

const start = async (t: TestContext): Promise<boolean> => {
  const started = await startNativeEngine();
  if (!started) t.skip('native engine is not installed');
  return started;
};

testPrograms(start, { compile: true, compiled: true });
testPrograms(start, { compile: false, compiled: false });
