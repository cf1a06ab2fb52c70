import { mapFew } from '../base/map-few.js';
import { failureOf, type RunStore } from '../runs/index.js';
import { describeRun } from '../study/index.js';
import { epochsOfCheckpoint, type RunSpec, runKey } from '../training/index.js';

/** Where a run stands, as far as its store's folder shows. */
export type RunStatus = {
  readonly key: string;
  readonly run: string;
  /** Finished epochs, and the most it trains. */
  readonly epoch: number;
  readonly epochs: number;
} & (
  | { readonly state: 'done'; readonly testAccuracy: number | null; readonly seconds: number }
  | {
      readonly state: 'running';
      /** The process that holds the lease: "1234@node7". */
      readonly process: string;
      /** Seconds since the lease was taken, and since its last heartbeat; the clocks of two hosts may differ. */
      readonly leaseAge: number;
      readonly heartbeatAge: number;
    }
  | { readonly state: 'waiting' }
  | {
      readonly state: 'failed';
      readonly process: string;
      readonly at: string;
      /** What was said last. */
      readonly message: string;
      /** Trying again cannot help. */
      readonly hopeless: boolean;
    }
);

/** The status of runs. A failed run that is tried again is running; a record that cannot be read is a failure. */
export function statusOf(
  specs: readonly RunSpec[],
  store: RunStore,
  now: number = Date.now(),
): Promise<RunStatus[]> {
  return mapFew(specs, (spec) => statusOfRun(spec, store, now));
}

async function statusOfRun(spec: RunSpec, store: RunStore, now: number): Promise<RunStatus> {
  const key = runKey(spec);
  const common = { key, run: describeRun(spec), epochs: spec.maxEpochs };
  let record: Awaited<ReturnType<RunStore['get']>>;
  try {
    record = await store.get(key);
  } catch (error) {
    const { process, at, message } = failureOf(key, error);
    return { ...common, epoch: 0, state: 'failed', process, at, message, hopeless: false };
  }
  if (record) {
    const { history, results, provenance } = record;
    const testAccuracy = results?.test.accuracy ?? null;
    return { ...common, epoch: history.length, state: 'done', testAccuracy, seconds: provenance.seconds };
  }
  const epoch = await epochsOfCheckpoint(store.checkpointPath(key), key);
  const claim = await store.claimOf(key);
  if (claim) {
    const [leaseAge, heartbeatAge] = [claim.takenAt, claim.beatAt].map((at) => Math.max(0, now - at) / 1000);
    return {
      ...common,
      epoch,
      state: 'running',
      process: claim.holder,
      leaseAge: leaseAge!,
      heartbeatAge: heartbeatAge!,
    };
  }
  const failure = await store.failure(key);
  if (!failure) return { ...common, epoch, state: 'waiting' };
  const { process, at, message, hopeless } = failure;
  return { ...common, epoch, state: 'failed', process, at, message, hopeless };
}
