import {
  describeDataset,
  loadDataset,
  outputsOf,
  splitDataset,
  type DatasetFacts,
  type SourceOptions,
} from "../../learning/data/index.ts";
import {
  lintDocument,
  type Finding,
  type LintData,
  type TrainingDocument,
} from "../../learning/training/index.ts";
import { fromUnit, type SearchSpace } from "../../search/space/index.ts";
import type { CheckedStudy } from "./check-study.ts";

export interface LintStudyOptions {
  /** How data is found and read. */
  readonly sources: SourceOptions;
  /** Reads data that is at hand, for findings about its values. Defaults to only what nothing is known of without. */
  readonly readsData?: boolean;
}

/**
 * What is worth knowing of a study before it runs: of its base document, and of the ends of its search.
 *
 * @throws SHAPE_MISMATCH, INVALID_DOCUMENT when the model fits neither the data nor itself, unless the search changes it;
 *   DATA_NOT_FOUND, INVALID_DATA where data is read
 */
export async function lintStudy(
  { definition, document, sources: own }: CheckedStudy,
  { sources, readsData = false }: LintStudyOptions,
): Promise<readonly Finding[]> {
  // Of a program nothing is known.
  if (document === null) return [];
  const options = { ...sources, custom: own };
  const { facts, location } = await describeDataset(document.data.dataset, options);
  const isRead = facts === null || (readsData && location.isAtHand);
  const data = isRead ? await readData(document, options) : dataOf(facts);
  const searched = searchedValues(definition.space);
  try {
    return lintDocument(document, { data, searched });
  } catch (error) {
    // Each trial then says what is wrong with its own model.
    if (Object.keys(searched).some((path) => path.startsWith("model."))) return [];
    throw error;
  }
}

function dataOf({ shape, task }: Pick<DatasetFacts, "shape" | "task">): LintData {
  return { shape, task: task.kind, outputs: outputsOf(task) };
}

async function readData({ data }: TrainingDocument, options: SourceOptions): Promise<LintData> {
  const dataset = await loadDataset(data, options);
  const { shape, task, describePreprocessing } = splitDataset(dataset, data);
  const fitted = describePreprocessing?.();
  if (fitted === undefined) return dataOf({ shape, task });
  const { mean, deviation } = fitted.scaled;
  const values = { mean, standardDeviation: deviation, measured: fitted.measured };
  return { ...dataOf({ shape, task }), values };
}

/** All choices of each parameter, or the two ends of its range. */
function searchedValues(space: SearchSpace): Record<string, readonly unknown[]> {
  return Object.fromEntries(
    space.parameters.map(({ name, distribution }) => {
      switch (distribution.kind) {
        case "constant":
          return [name, [distribution.value]];
        case "categorical":
        case "ordinal":
          return [name, distribution.values];
        default:
          return [name, [fromUnit(distribution, 0), fromUnit(distribution, 1)]];
      }
    }),
  );
}
