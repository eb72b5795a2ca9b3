/**
 * Images that are nearly the same: another grey level, noise of a compression, a pixel further to the side. Candidates
 * share one of the five bands of their perceptual hashes; the pixels themselves decide.
 */
import { type DuplicatePair, type DuplicateSearchOptions, type Unlabelled } from "./duplicates.ts";
import {
  allMoves,
  bandBits,
  bandCount,
  Frequencies,
  halfOfMoves,
  hashFrequencies,
  noMove,
  usualFrequencies,
  type Move,
} from "./perceptual-hash.ts";
import { PixelDistance } from "./pixel-distance.ts";

/** Of 80 bits. Noise and compression change about three, another picture of the same kind about twenty. */
const mostDifferentBits = 14;
/** Different handwritten digits begin at 0.017, different clothes somewhat below; strong JPEG noise gives 0.01. */
const nearDistance = 0.0125;
/** Bounds the time where thousands of pictures are alike: half a minute on one core. */
const mostComparisons = 3e9;
const mostPairs = 20_000;

const bitsOf = Uint8Array.from({ length: 1 << bandBits }, (_, word) => {
  let count = 0;
  for (let rest = word; rest > 0; rest &= rest - 1) count += 1;
  return count;
});

export interface NearImages {
  readonly pairs: readonly DuplicatePair[];
  readonly isComplete: boolean;
}

export interface NearImagesOptions extends DuplicateSearchOptions {
  readonly set: Unlabelled;
  /** [set.count], 0 for examples that take no part. */
  readonly takesPart: Uint8Array;
  /** Those that are looked for; left out to look for pairs within the set. */
  readonly others?: { readonly set: Unlabelled; readonly takesPart: Uint8Array };
}

/** `first` is of the set, and `second` of the others or further back in the set. */
export function nearImages({ set, takesPart, others, onProgress }: NearImagesOptions): NearImages {
  const usual = usualFrequencies(set);
  const index = indexOf(set, { usual, takesPart, onProgress });
  const wanted = others ?? { set, takesPart };
  const transform = new Frequencies(wanted.set, others === undefined ? halfOfMoves : allMoves);
  const { moves } = transform;
  const distance = new PixelDistance(set, wanted.set);
  // Pixels of a reduced image are too small for its hash to tell moves apart.
  const movesOf = (move: Move) => (transform.isReduced ? allMoves : [move]);
  const strengths = new Float64Array(moves.length * bandCount * bandBits);
  const hashes = new Uint16Array(moves.length * bandCount);
  const found = new Map<number, DuplicatePair>();
  const isWithin = others === undefined;
  let comparisons = 0;

  const compare = (candidate: number, query: number, move: Move) => {
    let best = Number.POSITIVE_INFINITY;
    for (const tried of movesOf(move)) {
      best = Math.min(best, distance.of(candidate, query, { move: tried, limit: nearDistance }));
    }
    if (best > nearDistance) return;
    const [first, second] = isWithin && candidate > query ? [query, candidate] : [candidate, query];
    const key = first * wanted.set.count + second;
    const known = found.get(key);
    if (known === undefined || best < known.distance) found.set(key, { first, second, distance: best });
  };

  for (let query = 0; query < wanted.set.count; query++) {
    if (query % 500 === 0) {
      onProgress?.({ what: "comparing images", done: query, total: wanted.set.count });
    }
    if (wanted.takesPart[query] === 0 || distance.isFlat(query)) continue;
    transform.of(query, strengths);
    hashFrequencies(strengths, usual, hashes);
    for (const [number, move] of moves.entries()) {
      const start = number * bandCount;
      for (let band = 0; band < bandCount; band++) {
        const { starts, members } = index.bands[band]!;
        const word = hashes[start + band]!;
        const end = starts[word + 1]!;
        comparisons += end - starts[word]!;
        for (let place = starts[word]!; place < end; place++) {
          const candidate = members[place]!;
          // Without a move each pair would be met twice.
          if (isWithin && (move === noMove ? candidate <= query : candidate === query)) continue;
          if (isFirstBand(index.hashes, candidate, { hashes, start, band })) compare(candidate, query, move);
        }
      }
    }
    if (comparisons > mostComparisons || found.size >= mostPairs) break;
  }
  const pairs = [...found.values()].sort(
    (a, b) => a.distance - b.distance || a.first - b.first || a.second - b.second,
  );
  return { pairs, isComplete: comparisons <= mostComparisons && found.size < mostPairs };
}

interface Band {
  /** [2^16 + 1]: where the members with each word begin. */
  readonly starts: Uint32Array;
  readonly members: Uint32Array;
}

interface HashIndex {
  /** [count, 5 bands] */
  readonly hashes: Uint16Array;
  readonly bands: readonly Band[];
}

function indexOf(
  set: Unlabelled,
  {
    usual,
    takesPart,
    onProgress,
  }: DuplicateSearchOptions & { readonly usual: Float64Array; readonly takesPart: Uint8Array },
): HashIndex {
  const transform = new Frequencies(set, [noMove]);
  const strengths = new Float64Array(bandCount * bandBits);
  const hashes = new Uint16Array(set.count * bandCount);
  const members: number[] = [];
  for (let index = 0; index < set.count; index++) {
    if (index % 1000 === 0) onProgress?.({ what: "hashing images", done: index, total: set.count });
    if (takesPart[index] === 0) continue;
    members.push(index);
    transform.of(index, strengths);
    hashFrequencies(strengths, usual, hashes.subarray(index * bandCount, (index + 1) * bandCount));
  }
  const bands = Array.from({ length: bandCount }, (_, band): Band => {
    const starts = new Uint32Array((1 << bandBits) + 1);
    for (const index of members) starts[hashes[index * bandCount + band]! + 1]! += 1;
    for (let word = 0; word < 1 << bandBits; word++) starts[word + 1]! += starts[word]!;
    const next = starts.slice();
    const sorted = new Uint32Array(members.length);
    for (const index of members) sorted[next[hashes[index * bandCount + band]!]!++] = index;
    return { starts, members: sorted };
  });
  return { hashes, bands };
}

/** True when hashes are near each other and no earlier band is equal: there the pair was met before. */
function isFirstBand(
  known: Uint16Array,
  candidate: number,
  { hashes, start, band }: { readonly hashes: Uint16Array; readonly start: number; readonly band: number },
): boolean {
  let different = 0;
  const place = candidate * bandCount;
  for (let other = 0; other < bandCount; other++) {
    const bits = bitsOf[known[place + other]! ^ hashes[start + other]!]!;
    if (bits === 0 && other < band) return false;
    different += bits;
  }
  return different <= mostDifferentBits;
}
