/** Begins an entry of the decoded cache in the folder given, says so, and never ends. */
import { DecodedCache } from "../../../src/learning/data/decoded-cache/decoded-cache.ts";

const cache = new DecodedCache({ cacheDir: process.argv[2] });
await cache.write(cache.pathOf({ name: "test" }), 2 ** 30, async ({ append }) => {
  await append(new Uint8Array(8 << 20));
  process.send!("begun");
  await new Promise((resolve) => setTimeout(resolve, 1_000_000));
  throw new Error("nobody ended this");
});
