/** A disk that fills up while an entry is written, played by the one call that writes. */
import { readdirSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";

import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { DecodedCache } from "./decoded-cache.ts";

const room = vi.hoisted(() => ({ bytes: Number.POSITIVE_INFINITY }));

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    writeSync: (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
      if (length > room.bytes)
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      room.bytes -= length;
      return fs.writeSync(file, bytes, offset, length, position);
    },
  };
});

afterEach(() => {
  room.bytes = Number.POSITIVE_INFINITY;
});

const mebibyte = 1 << 20;

test.each([
  ["at once", 0],
  ["after some examples", 5 * mebibyte],
  ["just before the end", 11 * mebibyte],
])(
  "when the disk is full %s, nothing is lost, nothing stays there, and a warning says so",
  async (_, bytes) => {
    room.bytes = bytes;
    const warnings: string[] = [];
    const cache = new DecodedCache({
      cacheDir: temporaryFolder(),
      onWarning: (message) => warnings.push(message),
    });
    const path = cache.pathOf("full");
    const values = Uint8Array.from({ length: 11 * mebibyte }, (_value, index) => (index * 7) % 253);
    const labels = Uint8Array.of(4, 5);
    const entry = await cache.write(path, 12 * mebibyte, async ({ append }) => {
      for (let at = 0; at < values.length; at += 100_000) await append(values.subarray(at, at + 100_000));
      return {
        facts: null,
        first: { name: "features", dimensions: [11, mebibyte] },
        others: { labels: { values: labels, dimensions: [2] } },
      };
    });
    expect(Buffer.compare(entry.parts["features"]!.values as Uint8Array, values)).toBe(0);
    expect(entry.parts["labels"]!.values).toEqual(labels);
    expect(warnings).toEqual([expect.stringMatching(/cannot be written to \(ENOSPC.*stays in memory/)]);
    expect(readdirSync(cache.folder)).toEqual([]);
  },
);
