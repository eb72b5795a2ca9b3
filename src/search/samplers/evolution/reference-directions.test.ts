import { describe, expect, it } from "vitest";

import { distanceToLine, referenceDirections } from "./reference-directions.ts";

describe("referenceDirections", () => {
  it.each([
    // The sizes of the paper's table I: 12 parts of 3 objectives, 6 of 5.
    { objectives: 3, size: 92, count: 91 },
    { objectives: 5, size: 212, count: 210 },
    { objectives: 2, size: 10, count: 10 },
    { objectives: 4, size: 2, count: 4 },
    { objectives: 1, size: 50, count: 1 },
  ])("are $count for $objectives objectives and a population of $size", ({ objectives, size, count }) => {
    const directions = referenceDirections(objectives, size);
    expect(directions).toHaveLength(count);
    expect(new Set(directions.map(String)).size).toBe(count);
    for (const direction of directions) {
      expect(direction).toHaveLength(objectives);
      expect(direction.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });

  it("measures the distance at a right angle", () => {
    expect(distanceToLine([2, 0], [1, 1])).toBeCloseTo(Math.SQRT2, 12);
    expect(distanceToLine([3, 3], [0.5, 0.5])).toBeCloseTo(0, 12);
  });
});
