import { WhyconvError } from '../base/errors.js';
import { agreementOf, type RunStore } from '../runs/index.js';
import type { Provenance, RunRecord } from '../training/index.js';

export interface MergeReport {
  /** Runs that the store did not have. */
  readonly added: number;
  /** Records of runs that it had, with the same results. */
  readonly same: number;
}

export interface MergeOptions {
  /** Which runs. @default all */
  readonly only?: (record: RunRecord) => boolean;
  /** Whose weights are copied, too. @default all */
  readonly weightsOf?: (record: RunRecord) => boolean;
}

/**
 * Unites other stores with one: what workers trained that share no folder. Nothing is copied where two records of one
 * key differ in their results. Clocks and machines may differ; the first record found stays.
 *
 * @throws WhyconvError that lists the runs whose records differ
 */
export async function mergeStores(
  store: RunStore,
  others: readonly RunStore[],
  { only = () => true, weightsOf = () => true }: MergeOptions = {},
): Promise<MergeReport> {
  const known = new Map((await store.list()).map((record) => [record.key, { record, folder: store.folder }]));
  const added: { record: RunRecord; from: RunStore }[] = [];
  const differing: string[] = [];
  let same = 0;
  for (const from of others) {
    const { folder } = from;
    for (const record of (await from.list()).filter(only)) {
      const first = known.get(record.key);
      if (!first) {
        known.set(record.key, { record, folder });
        added.push({ record, from });
      } else if (agreementOf(first.record, record).kind === 'identical') same++;
      else differing.push(describeDifference(first, { record, folder }));
    }
  }
  if (differing.length > 0) throw refusal(differing);
  await store.prepare();
  for (const { record, from } of added) await store.adopt(record, from, { weights: weightsOf(record) });
  return { added: added.length, same };
}

interface Found {
  readonly record: RunRecord;
  readonly folder: string;
}

const describeDifference = (a: Found, b: Found): string =>
  `${a.record.key.slice(0, 12)} (${a.record.spec.model.name}, seed ${a.record.spec.seed}), ${agreementOf(a.record, b.record).kind}: ${a.folder}: ${machineOf(a.record.provenance)}; ${b.folder}: ${machineOf(b.record.provenance)}`;

/** What may explain different bits. */
const machineOf = ({ engine, device, versions, cpu, shards, commit }: Provenance): string =>
  [`${engine} on ${device}`, versions.tensorflow ?? versions.wasm, cpu, `${shards} shards`, commit]
    .filter(Boolean)
    .join(', ');

const refusal = (differing: readonly string[]): WhyconvError =>
  new WhyconvError({
    what:
      differing.length === 1
        ? 'two records of one run differ in their results'
        : `the records of ${differing.length} runs differ in their results`,
    found: differing.join('\n            '),
    expected: 'the same losses and accuracies, as one processor and library give',
    remedy: 'keep one of each: remove the other record and its weights, then merge again; nothing was copied',
  });
