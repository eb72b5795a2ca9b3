import { expect, it } from "vitest";

import { loadRuntime } from "./load-runtime.ts";

it("both cores of one build name the same sources", async () => {
  const { build } = await loadRuntime({ backend: "wasm" });
  expect(build).toMatch(/^[0-9a-f]{12}$/);
  const fastest = await loadRuntime();
  expect(fastest.build).toBe(build);
});
