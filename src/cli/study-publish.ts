import { UsageError } from '../base/errors.js';
import { publishStudy } from '../cluster/index.js';
import { openStudy } from '../study/index.js';
import { interruptible, openScreen } from './screen.js';
import type { StudyArguments } from './study-options.js';

/** Copies what was trained of the full study to the records of the repository. */
export async function publish({ study: options }: StudyArguments): Promise<void> {
  if (options.profile !== 'full') {
    throw new UsageError({
      what: 'this profile is not the recorded study',
      where: '--publish',
      found: options.profile,
      expected: '--profile full',
    });
  }
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({ ...options, onProgress: screen.progress, signal }).finally(screen.clear);
    const { planned, recorded, added, same, measurements, folder } = await publishStudy(study);
    process.stdout.write(
      `${added} runs and ${measurements} measurements added, ${same} runs already there with the same results: ` +
        `${recorded} of ${planned} in ${folder}\n` +
        'npm run report -- --profile full --out reports/full makes the page of them\n',
    );
  });
}
