import { formatCount } from '../base/format.js';
import type { TableView } from '../notebook/show.js';
import { type Condition, conditionOf, type ProtocolName } from '../study/index.js';
import { canonicalJson, type RunSpec } from '../training/index.js';
import { orDash } from './sources.js';

/** Schedules of the learning rate, for a column of that name. */
export const SCHEDULE_WORDS: Readonly<Record<Condition['schedule'], string>> = {
  constant: 'constant',
  reduceOnPlateau: 'halved on a plateau',
  oneCycle: 'one cycle',
};

const PROTOCOL_TITLES: Readonly<Record<ProtocolName, string>> = {
  fast: 'fast',
  fastLowRate: 'fast, low rate',
  fastMiddleRate: 'fast, middle rate',
  replication: 'replication',
  sevenEpochs: 'seven epochs',
};

/** The protocols that some runs are trained under. */
export function protocolTable(specs: readonly RunSpec[]): TableView {
  const conditions = specs.map(conditionOf);
  const names = (Object.keys(PROTOCOL_TITLES) as ProtocolName[]).filter((name) =>
    conditions.some(({ protocol }) => protocol === name),
  );
  const { images } = conditions[0]!;
  return {
    rows: names.map((name) => {
      const { learningRate, schedule, batchSize, epochs, patience, validation } = conditions.find(
        ({ protocol }) => protocol === name,
      )!;
      return {
        protocol: PROTOCOL_TITLES[name],
        'learning rate': `${learningRate}`,
        schedule: SCHEDULE_WORDS[schedule],
        'batch size': batchSize,
        epochs: patience === null ? `${epochs}` : `at most ${epochs}`,
        patience: orDash(patience, String),
        'validation images': formatCount(validation),
      };
    }),
    align: { epochs: 'right' },
    caption:
      `Training images: ${images === null ? 'all that do not validate' : formatCount(images)}; ` +
      `${seedsOf(specs)}. The rate of one cycle is its peak.`,
  };
}

/** "seeds 0, 1, 2", and which others some of the conditions have. */
function seedsOf(specs: readonly RunSpec[]): string {
  const conditions = new Set(specs.map((spec) => canonicalJson(conditionOf(spec)))).size;
  const seeds = [...new Set(specs.map(({ seed }) => seed))];
  const ofAll = seeds.filter((own) => specs.filter(({ seed }) => seed === own).length === conditions);
  const others = seeds.filter((seed) => !ofAll.includes(seed));
  return (
    `${ofAll.length === 1 ? 'seed' : 'seeds'} ${ofAll.join(', ')}` +
    `${others.length > 0 ? `; where a run costs little also ${others.join(', ')}` : ''}`
  );
}
