/** Examples whose values are equal to the last bit: found by a hash of their bytes, confirmed by the bytes themselves. */
import { sizeOf, type DuplicatePair, type Unlabelled } from "./duplicates.ts";

/** The first example of each content, by hash; a list where hashes collide. */
type FirstByHash = Map<number, number | number[]>;

/** Each example of `set` that repeats an earlier one. */
export function exactWithin(set: Unlabelled): DuplicatePair[] {
  const words = wordsOf(set);
  const known: FirstByHash = new Map();
  const pairs: DuplicatePair[] = [];
  for (let index = 0; index < set.count; index++) {
    const hash = hashOf(words, index);
    const first = findEqual(words, { known, hash, others: words, index });
    if (first === undefined) remember(known, hash, index);
    else pairs.push({ first, second: index, distance: 0 });
  }
  return pairs;
}

/** Each example of `others` that is in `set` too, with the first that it equals. */
export function exactBetween(set: Unlabelled, others: Unlabelled): DuplicatePair[] {
  const words = wordsOf(set);
  const otherWords = wordsOf(others);
  if (words.size !== otherWords.size) return [];
  const known: FirstByHash = new Map();
  for (let index = 0; index < set.count; index++) {
    const hash = hashOf(words, index);
    if (findEqual(words, { known, hash, others: words, index }) === undefined) remember(known, hash, index);
  }
  const pairs: DuplicatePair[] = [];
  for (let index = 0; index < others.count; index++) {
    const first = findEqual(words, { known, hash: hashOf(otherWords, index), others: otherWords, index });
    if (first !== undefined) pairs.push({ first, second: index, distance: 0 });
  }
  return pairs;
}

interface Words {
  /** The bits of values; missing values are all alike. */
  readonly values: Uint8Array | Uint32Array;
  /** Of one example. */
  readonly size: number;
}

function wordsOf(set: Unlabelled): Words {
  const { features } = set;
  const size = sizeOf(set);
  if (features instanceof Uint8Array) {
    const fits = size % 4 === 0 && features.byteOffset % 4 === 0;
    if (!fits) return { values: features, size };
    return {
      values: new Uint32Array(features.buffer, features.byteOffset, features.length / 4),
      size: size / 4,
    };
  }
  return { values: new Uint32Array(features.buffer, features.byteOffset, features.length), size };
}

/** 53 bits of two multiplicative hashes. */
function hashOf({ values, size }: Words, index: number): number {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = index * size, end = i + size; i < end; i++) {
    const word = values[i]!;
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + word, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 0x20_0000 + (b >>> 11);
}

interface Wanted {
  readonly known: FirstByHash;
  readonly hash: number;
  readonly others: Words;
  /** Among `others`. */
  readonly index: number;
}

function findEqual(words: Words, { known, hash, others, index }: Wanted): number | undefined {
  const found = known.get(hash);
  if (found === undefined) return undefined;
  const candidates = typeof found === "number" ? [found] : found;
  return candidates.find((first) => areEqual(words, first, { others, index }));
}

function areEqual(
  { values, size }: Words,
  first: number,
  { others, index }: Pick<Wanted, "others" | "index">,
): boolean {
  for (let i = 0; i < size; i++) {
    if (values[first * size + i] !== others.values[index * size + i]) return false;
  }
  return true;
}

function remember(known: FirstByHash, hash: number, index: number): void {
  const found = known.get(hash);
  if (found === undefined) known.set(hash, index);
  else known.set(hash, [...(typeof found === "number" ? [found] : found), index]);
}
