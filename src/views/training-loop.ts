/** The loss of a guess among ten classes, in nats. */
const GUESS = Math.log(10);

/** What a loop printed, in one sentence. @param losses mean over each epoch, in nats; at least two */
export function loopReading(losses: readonly number[]): string {
  const [first, last] = [losses[0]!, losses.at(-1)!];
  const course = last < first ? 'falls' : 'does not fall';
  const learned = last < GUESS ? 'below' : 'not below';
  return (
    `The loss ${course}: from ${first.toFixed(3)} to ${last.toFixed(3)} nats in ${losses.length} epochs, ${learned} the ` +
    `$\\ln 10 = ${GUESS.toFixed(3)}$ of a guess.`
  );
}
