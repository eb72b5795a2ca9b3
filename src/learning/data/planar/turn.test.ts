import fc from "fast-check";
import { expect, test } from "vitest";

import { onCircle } from "./turn.ts";

test("it is cosine and sine", () => {
  fc.assert(
    fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (turns) => {
      const [x, y] = onCircle(turns);
      expect(x).toBeCloseTo(Math.cos(2 * Math.PI * turns), 12);
      expect(y).toBeCloseTo(Math.sin(2 * Math.PI * turns), 12);
    }),
  );
});
