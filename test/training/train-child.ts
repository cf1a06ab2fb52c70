import { createHash } from 'node:crypto';
import { shapesDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { MODELS, type ModelSpec, withoutSharing } from '../../src/models/index.js';
import { train } from '../../src/training/index.js';
import { tinySpec } from './fixtures.js';

/*
 * A process that trains one network for three epochs on the native engine, with the threads that its environment says, and
 * prints a hash of its weights and losses: `node train-child.js NETWORK [CHECKPOINT]`.
 */

const NETWORKS: Readonly<Record<string, ModelSpec>> = {
  cnn: MODELS.small,
  dense: MODELS.baseline,
  unshared: withoutSharing(MODELS.small),
};

async function main([network, checkpointPath]: string[]): Promise<void> {
  await startEngine('native');
  const dataset = shapesDataset({ train: 400, test: 50, seed: 0 });
  const split = { seed: 0, train: 320, validation: 60, test: null };
  const schedule = { kind: 'oneCycle', warmup: 0.25, initial: 0.1 } as const;
  const plain = tinySpec(dataset);
  const spec = {
    ...plain,
    split,
    model: NETWORKS[network!]!,
    optimizer: { ...plain.optimizer, schedule },
    batchSize: 32,
    maxEpochs: 3,
    patience: null,
  };
  const { record, weights } = await train(spec, dataset, {
    ...(checkpointPath && { checkpointPath }),
    onEpoch: ({ epoch }) => console.log(`epoch ${epoch}`),
  });
  const hash = createHash('sha256');
  for (const values of Object.values(weights))
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  for (const { trainLoss, validationLoss } of record.history) hash.update(`${trainLoss} ${validationLoss};`);
  console.log(`result ${hash.digest('hex')}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
