import { suggestName, TunesmithError } from "../../../base/index.ts";
import { digits } from "./digits.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { friedman1 } from "./friedman1.ts";
import { mnist } from "./mnist.ts";
import type { Task } from "../task.ts";
import type { DatasetSource } from "./source.ts";

/** Every data set that a document can name. */
const sources = {
  "fashion-mnist": fashionMnist,
  mnist,
  digits,
  friedman1,
} as const satisfies Record<string, DatasetSource>;

export type DatasetName = keyof typeof sources;

export const datasetNames = Object.keys(sources) as [DatasetName, ...DatasetName[]];

export function taskOfDataset(name: DatasetName): Task {
  return sources[name].task;
}

/** @throws DATA_NOT_FOUND when there is no data set of that name. */
export function datasetSource(name: string): DatasetSource {
  if (Object.hasOwn(sources, name)) return sources[name as DatasetName];
  throw new TunesmithError("DATA_NOT_FOUND", {
    message: `data: expected the name of a data set, got \`${name}\`; ${suggestName(name, datasetNames)}`,
    hint: "`tunesmith data ls` lists the data sets.",
    facts: { name, allowed: datasetNames },
  });
}
