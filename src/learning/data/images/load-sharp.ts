import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { TunesmithError } from "../../../base/index.ts";

export type Sharp = (typeof import("sharp"))["default"];

/** Loaded when the first image is decoded: it takes tens of milliseconds, which most commands have no use for. */
export async function loadSharp(): Promise<Sharp> {
  let sharp: Sharp;
  try {
    ({ default: sharp } = await import("sharp"));
  } catch (cause) {
    throw new TunesmithError("DECODER_UNAVAILABLE", {
      message: `images: \`sharp\`, which decodes them, must load, got: ${(cause as Error).message.split("\n")[0]}`,
      hint: "Run `npm install --include=optional sharp` for this platform (https://sharp.pixelplumbing.com/install), or bring the images as IDX or NPY files.",
      cause,
    });
  }
  // Many images at once keep the cores busy, so each is decoded by one thread; none is decoded twice.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** The version of what decodes, read without loading it; pixels may change with it. */
export function decoderVersion(): string {
  try {
    const entry = createRequire(import.meta.url).resolve("sharp");
    const { version } = JSON.parse(readFileSync(join(entry, "..", "..", "package.json"), "utf8")) as {
      version: string;
    };
    return `sharp ${version}`;
  } catch {
    return "unknown";
  }
}
