import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { philoxBlock } from "./philox.ts";

type Counter = [number, number, number, number];
type Key = [number, number];

function block(counter: Counter, key: Key): number[] {
  const out = new Uint32Array(4);
  philoxBlock(counter, key, { out, offset: 0 });
  return [...out];
}

/** The published definition word for word, in integers that cannot overflow. */
function blockInBigInts(counter: Counter, key: Key): number[] {
  const mask = 0xffff_ffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0;
    const product1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [
      ((product1 >> 32n) ^ c1 ^ k0) & mask,
      product1 & mask,
      ((product0 >> 32n) ^ c3 ^ k1) & mask,
      product0 & mask,
    ];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}

/** `kat_vectors` of Random123 1.14, lines `philox4x32 10`. */
const knownAnswers: { name: string; counter: Counter; key: Key; words: number[] }[] = [
  {
    name: "zeros",
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    name: "ones",
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    name: "the digits of pi",
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

describe("philoxBlock", () => {
  it.each(knownAnswers)("gives the published words for $name", ({ counter, key, words }) => {
    expect(block(counter, key)).toEqual(words);
    expect(blockInBigInts(counter, key)).toEqual(words);
  });

  it("equals the definition in big integers for any counter and key", () => {
    const word = fc.oneof(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constantFrom(0, 0xffff, 0x10000, 0x80000000, 0xffffffff),
    );
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(block(counter, key)).toEqual(blockInBigInts(counter, key));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("writes four words at the offset and no others", () => {
    const out = new Uint32Array(8).fill(7);
    philoxBlock([0, 0, 0, 0], [0, 0], { out, offset: 2 });
    expect([...out]).toEqual([7, 7, ...knownAnswers[0]!.words, 7, 7]);
  });
});
