import { describe, expect, it } from "vitest";

import { nearestName, suggestName } from "./nearest-name.ts";

const names = ["random", "grid", "tpe", "gaussian-process"];

describe("nearestName", () => {
  it.each([
    ["tep", "tpe", "two letters are swapped"],
    ["Random", "random", "only the case differs"],
    ["rndom", "random", "a letter is missing"],
    ["gridd", "grid", "a letter is too many"],
    ["gausian-proces", "gaussian-process", "a long name has several slips"],
    ["random", "random", "it is right"],
  ])("takes `%s` for `%s` when %s", (name, nearest) => {
    expect(nearestName(name, names)).toBe(nearest);
  });

  it.each(["bayes", "", "r", "process"])("finds nothing close to `%s`", (name) => {
    expect(nearestName(name, names)).toBeUndefined();
  });

  it("takes the first of two that are equally near", () => {
    expect(nearestName("bat", ["cat", "hat"])).toBe("cat");
  });
});

describe("suggestName", () => {
  it("asks whether the nearest name was meant", () => {
    expect(suggestName("tep", names)).toBe("did you mean `tpe`?");
  });

  it("lists what is allowed when nothing is near and the list is short", () => {
    expect(suggestName("bayes", names)).toBe("allowed: `random`, `grid`, `tpe`, `gaussian-process`.");
  });

  it("says nothing when nothing is near and the list is long", () => {
    expect(
      suggestName(
        "bayes",
        Array.from({ length: 17 }, (_, index) => `long-name-${index}`),
      ),
    ).toBe("");
  });
});
