import { describe, expect, it } from "vitest";

import { describeRuntimes, loadRuntime } from "./load-runtime.ts";
import { backendNames } from "./runtime.ts";

describe("loadRuntime", () => {
  it("takes the first usable runtime of the report", async () => {
    const fastest = (await describeRuntimes()).find(({ isUsable }) => isUsable)!;
    const { backend, instructionSet } = await loadRuntime();
    expect({ backend, instructionSet }).toEqual({
      backend: fastest.backend,
      instructionSet: fastest.instructionSet,
    });
  });

  it.each(["wasm", "reference"] as const)("gives the back end that was asked for: %s", async (backend) => {
    expect((await loadRuntime({ backend })).backend).toBe(backend);
  });

  it("gives the instruction set that was asked for", async () => {
    const runtime = await loadRuntime({ instructionSet: "simd" });
    expect([runtime.backend, runtime.instructionSet]).toEqual(["wasm", "simd"]);
  });

  it("never replaces what was asked for by another", async () => {
    await expect(loadRuntime({ backend: "wasm", instructionSet: "avx2" })).rejects.toMatchObject({
      code: "BACKEND_UNAVAILABLE",
      message: "back end `wasm`: there is no instruction set `avx2`.",
    });
  });
});

describe("describeRuntimes", () => {
  it("has a reason for exactly those that cannot be used", async () => {
    for (const { isUsable, reason } of await describeRuntimes()) expect(reason === null).toBe(isUsable);
  });

  it("names every back end, the reference last and always usable", async () => {
    const reports = await describeRuntimes();
    expect(new Set(reports.map(({ backend }) => backend))).toEqual(new Set(backendNames));
    expect(reports.at(-1)).toEqual({
      backend: "reference",
      instructionSet: "float64",
      isUsable: true,
      reason: null,
    });
  });
});
