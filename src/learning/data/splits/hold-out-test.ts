import { RandomStream, toSeed, TunesmithError } from "../../../base/index.ts";
import { hashOfExamples } from "../content-hash.ts";
import type { Dataset } from "../dataset.ts";
import type { DataDocument } from "../document.ts";
import type { Examples } from "../examples.ts";
import { LockedSplit } from "../locked-split.ts";
import { takeExamples } from "../take-examples.ts";
import { chooseWay, requireClasses, requireGroups } from "./choose-way.ts";
import { partOfTest } from "./part-of-test.ts";
import { examplesOf } from "./sizes.ts";
import { without } from "./way-of-splitting.ts";

/** Enough for a standard error of accuracy of 0.3 percentage points at 90 %. */
const usualTestCount = 10_000;
const usualTestShare = 1 / 6;

/**
 * The data set with its test split locked away: the source's own or a part of it, else some of the examples, which are then
 * no longer among them.
 *
 * What is held out is a function of the source's examples and `test`, `stratified` and `seed` of the document. Both
 * parts are copies, so that nothing leads from the one to the other. `contentHash` stays that of all examples: together
 * with the document it says which are left.
 *
 * @throws INVALID_DOCUMENT when more is to be held out than there is, or what was asked for does not fit the data
 */
export function holdOutTest(dataset: Dataset, data: DataDocument): Dataset {
  if (data.test === 0) return { ...dataset, test: null };
  if (dataset.test === null) return withHeldOut(dataset, chooseTest(dataset, data));
  if (data.test === undefined) return dataset;
  return { ...dataset, test: partOfTest(dataset, { locked: dataset.test, size: data.test, data }) };
}

/** What the source itself set aside for validation, and groups that it belongs to, are left where they are. */
function chooseTest(dataset: Dataset, data: DataDocument): Int32Array {
  const { examples, groups, ownValidation = new Int32Array(0), name } = dataset;
  const all = Int32Array.from({ length: examples.count }, (_, index) => index);
  new RandomStream(toSeed(data.seed), "hold-out").shuffle(all);
  const kept = new Set(groups === undefined ? [] : [...ownValidation].map((index) => groups[index]!));
  const order = without(all, ownValidation).filter(
    (index) => groups === undefined || !kept.has(groups[index]!),
  );
  const available = order.length;
  // One is trained on, and another validates unless the source says which.
  const fewestLeft = ownValidation.length > 0 ? 1 : 2;
  const usual = Math.max(1, Math.min(usualTestCount, Math.floor(available * usualTestShare)));
  const size = examplesOf(data.test ?? usual, { of: examples.count, atMost: available - fewestLeft });
  if (size > available - fewestLeft) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `data: \`test\` must be at most ${Math.max(0, available - fewestLeft)} of the ${examples.count} examples of \`${name}\`, got ${size}.`,
      hint: "Hold out fewer examples; with `test: 0` none are, and the study has no final test.",
      facts: { dataset: name, examples: examples.count, test: size },
    });
  }
  const way = chooseWay(dataset, { data, all: order });
  const splits = fewestLeft + 1;
  requireGroups(dataset, { order, atLeast: splits, each: "one for each split" });
  requireClasses(dataset, { data, order, atLeast: splits, each: "one for each split" });
  return way.part(order, size).taken.sort();
}

function withHeldOut(dataset: Dataset, held: Int32Array): Dataset {
  const { examples, groups, ownValidation } = dataset;
  const all = Int32Array.from({ length: examples.count }, (_, index) => index);
  const left = without(all, held);
  const place = new Int32Array(examples.count);
  left.forEach((index, position) => (place[index] = position));
  return {
    ...dataset,
    examples: takeExamples(examples, left),
    test: locked(takeExamples(examples, held)),
    ...(groups === undefined ? {} : { groups: left.map((index) => groups[index]!) }),
    ...(ownValidation === undefined ? {} : { ownValidation: ownValidation.map((index) => place[index]!) }),
  };
}

/** A function of its own, so that what it closes over are these examples and not those that they were copied from. */
function locked(examples: Examples): LockedSplit {
  return new LockedSplit(examples.count, async () => ({ examples, contentHash: hashOfExamples(examples) }));
}
