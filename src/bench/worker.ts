import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { messageOf, WhyconvError } from '../base/errors.js';
import { currentEngine, startEngine } from '../engine/index.js';
import { MODELS, type ModelName } from '../models/index.js';
import { readArrays } from './arrays.js';
import { compiledSteps } from './compiled-steps.js';
import { type Contender, type failureSchema, requestSchema, type WorkerConfig } from './contender.js';
import { layersFit } from './layers-fit.js';
import { matmul } from './matmul.js';
import { benchmarkSpec } from './spec.js';

async function openContender(config: WorkerConfig): Promise<Contender> {
  await startEngine(config.engine);
  if (config.contender === 'matmul') return matmul();
  const spec = benchmarkSpec(MODELS[config.model as ModelName], config.batchSize);
  const tables = await readArrays(config.folder);
  if (config.contender === 'fit') return layersFit(spec, tables);
  const precision = config.contender === 'bf16' ? 'bf16' : 'float32';
  return compiledSteps({ ...spec, precision }, tables, config.compile);
}

const send = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** Answers requests until the input ends, which it also does when the process that asks has died. */
async function serve(config: WorkerConfig): Promise<void> {
  const { about, time } = await openContender(config);
  send({ ready: true, ...about, engine: currentEngine() });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = requestSchema.parse(JSON.parse(line));
    const timing = await time(steps);
    send({ ...timing, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
  }
}

function describeFailure(error: unknown): z.infer<typeof failureSchema> {
  if (!(error instanceof WhyconvError)) return { error: messageOf(error) };
  const { what, found, remedy } = error.parts;
  return { error: found ? `${what} (${found})` : what, ...(remedy && { remedy }) };
}

/** The program of a contender's process; its one argument is a {@link WorkerConfig} as JSON. */
if (require.main === module) {
  // Ctrl-C reaches the whole group of processes: the one that asks decides, and ends this one.
  process.on('SIGINT', () => {});
  serve(JSON.parse(process.argv[2]!) as WorkerConfig).catch((error: unknown) => {
    send(describeFailure(error));
    process.exitCode = 1;
  });
}
