import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';

const FOLDER = join(projectRoot, 'reports', 'full');

describe('the report in the repository', () => {
  for (const name of readdirSync(FOLDER)) {
    it(`${name} names no folder of the machine it was made on`, () => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      assert.doesNotMatch(text, /(?<![\w.~<])\/(?:home|root|work|tmp|Users|opt|mnt|var|srv)\/\w/);
      if (name.endsWith('.ipynb')) assert.match(text, /const data = \\"\\";/);
    });
  }
});
