import { describe, expect, it } from "vitest";

import { createSpace } from "../space/index.ts";
import { createSampler, samplerNames } from "./registry.ts";

const space = createSpace([{ name: "a", distribution: { kind: "categorical", values: [1, 2] } }]);

describe("sampler registry", () => {
  it("makes every sampler that it names", () => {
    for (const name of samplerNames) expect(createSampler({ name, options: {} }, space).name).toBe(name);
  });

  it("suggests the nearest name for a wrong one", () => {
    expect(() => createSampler({ name: "gird", options: {} }, space)).toThrow(
      expect.objectContaining({
        code: "INVALID_USAGE",
        message: "unknown sampler `gird`; did you mean `grid`?",
      }),
    );
    expect(() => createSampler({ name: "constructor", options: {} }, space)).toThrow(
      /^unknown sampler `constructor`; /,
    );
  });

  it("refuses an option that the sampler does not have", () => {
    expect(() => createSampler({ name: "random", options: { seed: 1 } }, space)).toThrow(
      expect.objectContaining({
        code: "INVALID_USAGE",
        message: expect.stringContaining("unknown option `seed`"),
      }),
    );
  });
});
