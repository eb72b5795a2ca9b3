/** Examples that are there twice: exactly, or nearly so. Labels take no part in it. */
import type { DuplicatePair, Duplicates, DuplicateSearchOptions, Unlabelled } from "./duplicates.ts";
import { imageShapeOf } from "./duplicates.ts";
import { exactBetween, exactWithin } from "./exact-duplicates.ts";
import { nearImages } from "./near-images.ts";
import { nearRowsBetween, nearRowsWithin } from "./near-rows.ts";

/** Pairs within one set; `first` stands in front of `second`. */
export function duplicatesWithin(set: Unlabelled, options: DuplicateSearchOptions = {}): Duplicates {
  const exact = exactWithin(set);
  const takesPart = withoutSeconds(set, exact);
  if (imageShapeOf(set) === undefined) {
    return { exact, near: nearRowsWithin(set, takesPart), isComplete: true };
  }
  const { pairs, isComplete } = nearImages({ set, takesPart, ...options });
  return { exact, near: pairs, isComplete };
}

/** Pairs of an example of `set` and one of `others`. */
export function duplicatesBetween(
  set: Unlabelled,
  others: Unlabelled,
  options: DuplicateSearchOptions = {},
): Duplicates {
  if (set.shape.join() !== others.shape.join()) return { exact: [], near: [], isComplete: true };
  const exact = exactBetween(set, others);
  const wanted = { set: others, takesPart: withoutSeconds(others, exact) };
  if (imageShapeOf(set) === undefined) {
    return { exact, near: nearRowsBetween(set, wanted), isComplete: true };
  }
  const takesPart = withoutSeconds(set, exactWithin(set));
  const { pairs, isComplete } = nearImages({ set, takesPart, others: wanted, ...options });
  return { exact, near: pairs, isComplete };
}

function withoutSeconds({ count }: Unlabelled, pairs: readonly DuplicatePair[]): Uint8Array {
  const takesPart = new Uint8Array(count).fill(1);
  for (const { second } of pairs) takesPart[second] = 0;
  return takesPart;
}
