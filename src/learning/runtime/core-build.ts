import { readFileSync } from "node:fs";

import { coreFile } from "./core-files.ts";

const digestDigits = 12;

/**
 * Names the sources that a core was built from, by the first digits of their hash; `unknown` for a core whose build was
 * interrupted or that was put there by hand.
 */
export function coreBuild(core: "native" | "wasm"): string {
  try {
    return readFileSync(coreFile(`${core}.inputs`), "utf8").slice(0, digestDigits);
  } catch {
    return "unknown";
  }
}
