/** "The maximum batch size is 1,048,576 bytes", the UTF-8 of the messages and 26 bytes for each; and 10,000 events. */
export const maximumBatchBytes = 1_048_576;
export const maximumBatchEvents = 10_000;
const eventOverhead = 26;

export const eventBytes = (message: string): number => Buffer.byteLength(message) + eventOverhead;

/** As many batches as the limits demand. */
export function cutBatches<Line extends { message: string }>(lines: readonly Line[]): Line[][] {
  const batches: Line[][] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = eventBytes(line.message);
    const last = batches.at(-1);
    if (last && last.length < maximumBatchEvents && bytes + size <= maximumBatchBytes) {
      last.push(line);
      bytes += size;
    } else {
      batches.push([line]);
      bytes = size;
    }
  }
  return batches;
}
