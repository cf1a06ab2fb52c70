import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '../base/files.js';

/** The packages that compute, run and draw; pinned exactly, so that package.json says what is installed. */
export function packageVersions(): string {
  const text = readFileSync(join(projectRoot, 'package.json'), 'utf8');
  const { dependencies } = schema.parse(JSON.parse(text));
  const named = ['@tensorflow/tfjs', 'tslab', 'vega', 'vega-lite', 'mathjs'];
  return named.map((name) => `${name} ${dependencies[name]}`).join(', ');
}

const schema = z.object({ dependencies: z.record(z.string(), z.string()) });
