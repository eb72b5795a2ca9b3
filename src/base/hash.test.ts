import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { hashBytes, hashJson } from "./hash.ts";

describe("hashBytes", () => {
  // FIPS 180-4 examples; the million letters exercise many blocks.
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("is SHA-256: case %#", (text, digest) => {
    expect(hashBytes(text)).toBe(digest);
  });

  it("takes parts as one run, text as UTF-8", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array(), fc.string()), { maxLength: 5 }), (parts) => {
        const whole = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
        expect(hashBytes(...parts)).toBe(createHash("sha256").update(whole).digest("hex"));
      }),
      { seed: 1 },
    );
  });
});

describe("hashJson", () => {
  it("is the hash of the canonical text", () => {
    expect(hashJson({ b: 1, a: [2] })).toBe(hashBytes('{"a":[2],"b":1}'));
    expect(hashJson({ a: [2], b: 1 })).toBe(hashJson({ b: 1, a: [2] }));
    expect(hashJson({ a: [2], b: 1 })).not.toBe(hashJson({ a: [2], b: 2 }));
  });
});
