/** Node reads four files at a time, however many are asked for: more would only be held open. */
const AT_ONCE = 8;

/**
 * What `work` makes of each item, in the order of the items, as `Promise.all` gives it, but a few at a time: where each opens a
 * file, all at once could be more than a process may hold open.
 */
export async function mapFew<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  // All take from the same iterator.
  const waiting = items.entries();
  const takeUntilNoneWaits = async () => {
    for (const [i, item] of waiting) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeUntilNoneWaits));
  return results;
}
