/** Does the work for every item, a few at a time. */
export async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<unknown>, size = 50): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: size }, worker));
}
