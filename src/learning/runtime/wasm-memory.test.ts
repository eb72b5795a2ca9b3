import { expect, it } from "vitest";

import { singleCallPlan } from "../../testing/plan-fixture.ts";
import { loadRuntime } from "./load-runtime.ts";

const gather = singleCallPlan({
  kernel: "gatherBytes",
  dimensions: { features: 16, stride: 16 },
  slots: { scaling: [1, 0] },
});

it("examples beyond what a WebAssembly memory can address are refused with the way out", async () => {
  const runtime = await loadRuntime({ backend: "wasm" });
  // Untouched pages take no memory.
  const features = new Uint8Array(2 ** 31);
  const labels = new Uint8Array(2 ** 27);
  expect(() => runtime.createExecutor(gather, { features, labels })).toThrow(
    expect.objectContaining({
      code: "BACKEND_UNAVAILABLE",
      message: "WebAssembly back end: the examples must fit into 2.00 GiB, got 2.00 GiB.",
      hint: expect.stringMatching(/Use the native back end/),
    }),
  );
});

it("a network and examples beyond a WebAssembly memory together are refused likewise", async () => {
  const runtime = await loadRuntime({ backend: "wasm" });
  const examples = { features: new Uint8Array(16), labels: new Uint8Array(1) };
  const plan = { ...gather, arenaFloats: 2 ** 30 };
  expect(() => runtime.createExecutor(plan, examples)).toThrow(
    /^WebAssembly back end: the examples and the network together must fit into 4\.00 GiB, got 4\.00 GiB\./,
  );
});
