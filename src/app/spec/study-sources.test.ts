import { describe, expect, test } from "vitest";

import { defineSource } from "../../learning/data/index.ts";
import { checkStudy } from "./check-study.ts";
import { withAbsolutePaths, withoutSources } from "./study-sources.ts";

const source = (name: string) =>
  defineSource({
    name,
    task: { kind: "regression", targetNames: ["y"] },
    shape: [1],
    load: () => ({ features: Float32Array.of(1, 2, 3), labels: Float32Array.of(1, 2, 3) }),
  });

const study = (dataset: unknown, parameters: object) => ({
  study: "s",
  data: { dataset },
  model: { kind: "mlp", hidden: [4] },
  search: { method: "random", metric: { name: "validation/loss", goal: "minimize" }, parameters },
});

describe("sources that are objects", () => {
  test("documents hold their names, wherever they stand", () => {
    const [a, b] = [source("a"), source("b")];
    const { sources, value } = withoutSources(study(a, { "data.dataset": { values: [a, b, "digits"] } }));
    expect(sources).toEqual({ a, b });
    expect(value).toEqual(
      study(
        { kind: "custom", name: "a" },
        {
          "data.dataset": {
            values: [{ kind: "custom", name: "a" }, { kind: "custom", name: "b" }, "digits"],
          },
        },
      ),
    );
  });

  test("a study with one needs a file for workers to import it from", () => {
    const raw = study(source("a"), { "training.learningRate": { min: 0.001, max: 0.1 } });
    expect(() => checkStudy(raw, () => "here")).toThrow(/workers import sources from the study's file/);
    const { definition, document, sources } = checkStudy(raw, () => "here", { file: "/x/study.ts" });
    expect(definition.sources).toEqual({ file: "/x/study.ts" });
    expect(document.data.dataset).toEqual({ kind: "custom", name: "a" });
    expect(Object.keys(sources)).toEqual(["a"]);
  });
});

describe("paths of data files", () => {
  test("a kind without paths is left alone", () => {
    const raw = study("digits", {});
    expect(withAbsolutePaths(raw, "/studies")).toEqual(raw);
    expect(withAbsolutePaths(study({ kind: "no-such-kind", path: "x" }, {}), "/studies")).toEqual(
      study({ kind: "no-such-kind", path: "x" }, {}),
    );
  });
});
