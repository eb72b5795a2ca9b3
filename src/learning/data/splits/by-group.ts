/**
 * Groups are never torn apart, so sizes can only be near to what was asked for.
 *
 * A part takes the groups of the seeded order that bring it nearer, one after another. How near it is, is the squared
 * distance of each class's count from what it should be, in units of the class, summed; without classes all examples
 * are of one. Folds are filled with the largest groups first, each going where it does least harm by the same measure.
 *
 * @see Graham 1969, "Bounds on Multiprocessing Timing Anomalies", for the order of the folds' groups
 */
import { without, type WayOfSplitting } from "./way-of-splitting.ts";

interface Group {
  readonly members: readonly number[];
  /** How many members are of each class that occurs. */
  readonly counts: ReadonlyMap<number, number>;
}

/**
 * @param groups [examples]
 * @param labels [examples], the classes whose shares are kept as far as groups allow; null for none
 */
export function byGroup(groups: Int32Array, labels: ArrayLike<number> | null): WayOfSplitting {
  const classOf = (index: number) => (labels === null ? 0 : labels[index]!);
  const read = (order: Int32Array) => groupsInOrder(order, groups, classOf);
  return {
    part(order, size) {
      const all = read(order);
      const taken = joined(nearest(all, size / order.length));
      return { taken, rest: without(order, taken) };
    },
    first: (order, size) => joined(firstOf(read(order), size)),
    fold: (order, { folds, fold }) => joined(filled(read(order), folds)[fold]!),
  };
}

/** How many groups the examples are of. */
export function countGroups(groups: Int32Array, order: Int32Array): number {
  return new Set(order.map((index) => groups[index]!)).size;
}

/** In the order of each group's lowest index, so that large groups do not come sooner than small ones. */
function groupsInOrder(order: Int32Array, groups: Int32Array, classOf: (index: number) => number): Group[] {
  const lowest = new Map<number, number>();
  const found = new Map<number, { members: number[]; counts: Map<number, number> }>();
  for (const index of order) {
    const name = groups[index]!;
    lowest.set(name, Math.min(index, lowest.get(name) ?? index));
    const group = found.get(name) ?? { members: [], counts: new Map<number, number>() };
    found.set(name, group);
    group.members.push(index);
    const label = classOf(index);
    group.counts.set(label, (group.counts.get(label) ?? 0) + 1);
  }
  return [...order]
    .filter((index) => lowest.get(groups[index]!) === index)
    .map((index) => found.get(groups[index]!)!);
}

const joined = (groups: readonly Group[]): Int32Array =>
  Int32Array.from(groups.flatMap(({ members }) => members));

function totals(groups: readonly Group[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { counts } of groups) {
    for (const [label, count] of counts) sums.set(label, (sums.get(label) ?? 0) + count);
  }
  return sums;
}

/** What the squared distance from `target` of each class's count grows by with the group; below 0 where it shrinks. */
function harm(
  { counts }: Group,
  {
    held,
    all,
    target,
  }: { held: ReadonlyMap<number, number>; all: ReadonlyMap<number, number>; target: number },
): number {
  let sum = 0;
  for (const [label, count] of counts) {
    const total = all.get(label)!;
    sum += (count * (2 * ((held.get(label) ?? 0) - target * total) + count)) / total;
  }
  return sum;
}

function add({ counts }: Group, held: Map<number, number>): void {
  for (const [label, count] of counts) held.set(label, (held.get(label) ?? 0) + count);
}

/** @param target the share of each class that is wanted */
function nearest(groups: readonly Group[], target: number): Group[] {
  const all = totals(groups);
  const held = new Map<number, number>();
  const taken: Group[] = [];
  for (const group of groups) {
    if (taken.length === groups.length - 1 || harm(group, { held, all, target }) >= 0) continue;
    taken.push(group);
    add(group, held);
  }
  if (taken.length > 0) return taken;
  const smallest = groups.reduce((least, group) =>
    group.members.length < least.members.length ? group : least,
  );
  return [smallest];
}

/** The first groups whose examples are nearest to `size`. */
function firstOf(groups: readonly Group[], size: number): readonly Group[] {
  let held = 0;
  const end = groups.findIndex(({ members }) => {
    const before = held;
    held += members.length;
    return held - size >= size - before;
  });
  return end < 0 ? groups : groups.slice(0, Math.max(1, end));
}

function filled(groups: readonly Group[], count: number): Group[][] {
  const all = totals(groups);
  const folds = Array.from({ length: count }, () => ({
    groups: [] as Group[],
    size: 0,
    held: new Map<number, number>(),
  }));
  for (const group of groups.toSorted((a, b) => b.members.length - a.members.length)) {
    let best = folds[0]!;
    let least = Number.POSITIVE_INFINITY;
    for (const fold of folds) {
      const done = harm(group, { held: fold.held, all, target: 0 });
      if (done > least || (done === least && fold.size >= best.size)) continue;
      [best, least] = [fold, done];
    }
    best.groups.push(group);
    best.size += group.members.length;
    add(group, best.held);
  }
  return folds.map((fold) => fold.groups);
}
