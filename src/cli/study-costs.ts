import { formatCount, formatPercent } from '../base/format.js';
import { defaultStoreFolder, RunStore } from '../runs/index.js';
import { type EpochCost, epochCostOf, epochSpecs, openStudy, writeEpochCosts } from '../study/index.js';
import { isDisturbed } from '../training/index.js';
import { interruptible, openScreen } from './screen.js';
import type { StudyArguments } from './study-options.js';
import { withTemporaryStore } from './temporary-store.js';

/** Trains one epoch of each network of the sweep and of the dense control, each alone in a process of its own, and keeps what it cost. */
export async function measureCosts({ study: options }: StudyArguments): Promise<void> {
  const screen = openScreen();
  await withTemporaryStore('costs', (store) =>
    interruptible(async (signal) => {
      const study = await openStudy({
        ...options,
        store,
        apart: true,
        onProgress: screen.progress,
        signal,
      }).finally(screen.clear);
      const trained = await study.runSpecs(epochSpecs(study)).finally(screen.clear);
      const costs = trained.map(({ record }) => epochCostOf(record));
      for (const cost of costs) process.stdout.write(`${inWords(cost)}\n`);
      const kept = new RunStore(defaultStoreFolder());
      await kept.prepare();
      screen.line(`written to ${await writeEpochCosts(kept.folder, costs)}`);
    }),
  );
}

function inWords({ model, provenance }: EpochCost): string {
  const { seconds, imagesPerSecond, peakMemoryBytes, othersShare = 0 } = provenance;
  const disturbed = isDisturbed(provenance)
    ? `; disturbed: other processes used ${formatPercent(othersShare)} of the machine`
    : '';
  return `${model.padEnd(13)} ${seconds.toFixed(1)} s per epoch, ${formatCount(Math.round(imagesPerSecond))} images/s, ${formatCount(Math.round(peakMemoryBytes / 2 ** 20))} MiB${disturbed}`;
}
