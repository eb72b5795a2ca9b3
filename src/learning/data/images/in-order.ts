import { availableParallelism } from "node:os";

/**
 * Works on items on all cores and hands on their results in the order of the items; never holds more results than a few
 * for each core.
 *
 * @param work must not reject: what waits for its turn has nobody to tell.
 */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  take: (result: Result, index: number) => Promise<void> | void,
): Promise<void> {
  const width = 4 * availableParallelism();
  const underWay: Promise<Result>[] = [];
  let started = 0;
  for (let index = 0; index < items.length; index++) {
    while (started < items.length && underWay.length < width) underWay.push(work(items[started++]!));
    await take(await underWay.shift()!, index);
  }
}
