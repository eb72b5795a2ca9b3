import { RandomStream, toSeed, TunesmithError } from "../../../base/index.ts";
import { hashOfExamples } from "../content-hash.ts";
import type { Dataset } from "../dataset.ts";
import type { DataDocument } from "../document.ts";
import { narrowLock, type LockedSplit } from "../locked-split.ts";
import { takeExamples } from "../take-examples.ts";
import { chooseWay, refuseWithoutClasses } from "./choose-way.ts";
import { examplesOf } from "./sizes.ts";

export interface PartOfTestOptions {
  readonly locked: LockedSplit;
  /** A count, or a share of the test split. */
  readonly size: number;
  readonly data: Pick<DataDocument, "seed" | "stratified">;
}

/**
 * A seeded part of a source's own test split, as locked as the whole: it is read and chosen when it is opened.
 *
 * @throws INVALID_DOCUMENT when more is asked for than there is
 */
export function partOfTest(
  { name, task }: Pick<Dataset, "name" | "task">,
  { locked, size, data }: PartOfTestOptions,
): LockedSplit {
  if (data.stratified) refuseWithoutClasses(name, task);
  return narrowLock(locked, {
    count: locked.count === null ? null : countOf(name, { size, available: locked.count }),
    narrow: ({ examples }) => {
      const order = Int32Array.from({ length: examples.count }, (_, index) => index);
      new RandomStream(toSeed(data.seed), "test").shuffle(order);
      const count = countOf(name, { size, available: examples.count });
      const way = chooseWay({ name, task, examples }, { data, all: order });
      const part = takeExamples(examples, way.first(order, count).sort());
      return { examples: part, contentHash: hashOfExamples(part) };
    },
  });
}

function countOf(
  name: string,
  { size, available }: { readonly size: number; readonly available: number },
): number {
  const count = examplesOf(size, { of: available, atMost: available });
  if (count <= available) return count;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `data: \`test\` must be at most ${available}, the examples of the test split of \`${name}\`, got ${count}.`,
    hint: "Leave `test` out to take all of them.",
    facts: { dataset: name, available, test: count },
  });
}
