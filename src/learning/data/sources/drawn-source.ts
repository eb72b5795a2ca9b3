import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import type { ScalingName } from "../preprocessing/fields.ts";
import type { DatasetFacts, DatasetSource } from "./source.ts";

export interface DrawnSource extends DatasetFacts {
  readonly name: string;
  readonly title: string;
  readonly defaultScaling: ScalingName;
  /** A function of its arguments alone; the two splits are drawn independently. */
  readonly draw: (split: "examples" | "test", count: number) => TestSplitContent;
}

/** A data set that the project draws itself: no network, no files; drawn once per process, its test split at each opening. */
export function drawnSource(description: DrawnSource): DatasetSource {
  const { name, title, defaultScaling, draw, task, shape, exampleCount, testCount } = description;
  let drawn: TestSplitContent | undefined;
  return {
    name,
    title,
    origin: { address: null, licence: "MIT" },
    taskKind: task.kind,
    facts: { task, shape, exampleCount, testCount },
    defaultScaling,
    locate: async () => ({ kind: "embedded", isAtHand: true, files: [] }),
    load: async () => {
      drawn ??= draw("examples", exampleCount);
      const test = new LockedSplit(testCount, async () => draw("test", testCount));
      return { name, task, shape, test, ...drawn };
    },
  };
}
