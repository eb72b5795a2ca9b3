/**
 * Every part has the classes in the shares that they have in all examples together, to within less than one example.
 *
 * Places are given out one after another. The j-th example of a class with share s may stand at a place after (j - 1) / s and
 * must stand at one no later than j / s; of those that may, the one that must stand soonest is taken. Then at every place t
 * the class has more than t s - 1 and fewer than t s + 1 examples before it, so the first t of them are a fair part for
 * every t, and a smaller part is the beginning of a larger one.
 *
 * @see Steiner, Yeomans 1993, "Level Schedules for Mixed-Model, Just-in-Time Processes", for the proof that it always works out
 */
import { dealt, without, type WayOfSplitting } from "./way-of-splitting.ts";

/**
 * @param labels [examples]
 * @param all the examples whose shares of classes are kept
 */
export function byClass(labels: ArrayLike<number>, all: Int32Array): WayOfSplitting {
  const shares = countClasses(labels, all);
  const first = (order: Int32Array, size: number) =>
    taken({ waiting: queues(labels, order), shares, total: all.length, size });
  return {
    first,
    part: (order, size) => {
      const part = first(order, size);
      return { taken: part, rest: without(order, part) };
    },
    // One class after another: each is dealt to within one, and so are all together.
    fold: (order, which) => dealt(Int32Array.from(queues(labels, order).flat()), which),
  };
}

/** How many of the examples each class has. */
export function countClasses(labels: ArrayLike<number>, order: Int32Array): number[] {
  return queues(labels, order).map((queue) => queue.length);
}

/** The examples of each class, in the order's order. */
function queues(labels: ArrayLike<number>, order: Int32Array): number[][] {
  const found: number[][] = [];
  for (const index of order) {
    const label = labels[index]!;
    while (found.length <= label) found.push([]);
    found[label]!.push(index);
  }
  return found;
}

interface Waiting {
  /** Of each class, the examples that can be taken. */
  readonly waiting: readonly (readonly number[])[];
  /** Of each class, how many examples there are in all. */
  readonly shares: readonly number[];
  readonly total: number;
  readonly size: number;
}

function taken({ waiting, shares, total, size }: Waiting): Int32Array {
  const given = waiting.map(() => 0);
  return Int32Array.from({ length: size }, (_, place) => {
    let next = -1;
    let isNextDue = false;
    for (let label = 0; label < given.length; label++) {
      if (given[label] === waiting[label]!.length) continue;
      const isDue = given[label]! * total < (place + 1) * shares[label]!;
      const isSooner = next < 0 || (given[label]! + 1) * shares[next]! < (given[next]! + 1) * shares[label]!;
      // Where earlier parts took a class's share to the last place, all that is left may come too early.
      if (isDue === isNextDue ? !isSooner : isNextDue) continue;
      next = label;
      isNextDue = isDue;
    }
    return waiting[next]![given[next]!++]!;
  });
}
