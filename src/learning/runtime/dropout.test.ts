import { describe, expect, it } from "vitest";

import { runKernel } from "../../testing/plan-fixture.ts";
import { runtimesUnderTest } from "../../testing/usable-runtimes.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";

const runtimes = [{ name: "reference", runtime: referenceRuntime }, ...(await runtimesUnderTest())];

describe.each(runtimes)("dropout, $name", ({ runtime }) => {
  const batch = 40;
  const stride = 64;
  const masks = ({ rate = 0.3, repeats = 1, chunkSize = batch, step = 7 } = {}) =>
    runKernel(runtime!, {
      kernel: "dropout",
      dimensions: { repeats, stride },
      batch,
      chunkSize,
      buffers: { input: new Float64Array(chunkSize * repeats * stride).fill(1) },
      slots: { rate: [rate], key: [1, 2], step: [step] },
    }).buffers.output!;

  it.skipIf(runtime === undefined)("drops the share that it is told to and scales the rest", () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const values = masks({ rate });
      const kept = values.filter((value) => value !== 0);
      const share = 1 - kept.length / values.length;
      // Four standard errors of a proportion.
      expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / values.length));
      for (const value of kept) expect(value).toBeCloseTo(1 / (1 - rate), 5);
    }
  });

  it.skipIf(runtime === undefined)("gives an example the same mask whatever the chunks", () => {
    const whole = masks();
    // Buffers hold the last chunk: examples 30 to 39.
    expect(masks({ chunkSize: 10 })).toEqual(whole.slice(30 * stride));
  });

  it.skipIf(runtime === undefined)("drops whole channels of an example", () => {
    const values = masks({ repeats: 3 });
    for (let row = 0; row < batch; row++) {
      const pixels = [0, 1, 2].map((pixel) =>
        values.slice((row * 3 + pixel) * stride, (row * 3 + pixel + 1) * stride),
      );
      expect(pixels[1]).toEqual(pixels[0]);
      expect(pixels[2]).toEqual(pixels[0]);
    }
    expect(masks({ step: 8 })).not.toEqual(masks({ step: 7 }));
  });
});
