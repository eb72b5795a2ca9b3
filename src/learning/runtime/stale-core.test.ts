/** A core that was built for another kernel table than this version's. */
import { readFileSync } from "node:fs";

import { expect, it, vi } from "vitest";

import { coreFile } from "./core-files.ts";
import { loadRuntime } from "./load-runtime.ts";

vi.mock(import("../plan/index.ts"), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, kernelTableFingerprint: original.kernelTableFingerprint + 1 };
});

const native = JSON.parse(readFileSync(coreFile("native.json"), "utf8")) as {
  readonly isBuilt: boolean;
  readonly reason: string | null;
};

it("a native core for other kernels is refused, with the way out", async ({ skip }) => {
  if (!native.isBuilt) return skip(native.reason ?? "no native core");
  await expect(loadRuntime({ backend: "native" })).rejects.toMatchObject({
    code: "BACKEND_UNAVAILABLE",
    message: "native back end: the kernels were built for another version of Tunesmith.",
    hint: "Build them again with `npm run build`.",
  });
});

it("a WebAssembly core for other kernels is refused, with the way out", async () => {
  await expect(loadRuntime({ backend: "wasm" })).rejects.toMatchObject({
    code: "BACKEND_UNAVAILABLE",
    message: "WebAssembly back end: the kernels were built for another version of Tunesmith.",
    hint: "Build them again with `npm run build`.",
  });
});

it("the reference takes over when nobody asks for a back end by name", async () => {
  expect((await loadRuntime()).backend).toBe("reference");
});
