import { describeDataset, outputsOf } from "../../learning/data/index.ts";
import { lintDocument, type Finding } from "../../learning/training/index.ts";
import type { SearchSpace } from "../../search/space/index.ts";
import type { CheckedStudy } from "./check-study.ts";

/**
 * What is worth knowing of a study before it runs: of its base document, and of the ends of its search. Reads no data.
 *
 * @throws SHAPE_MISMATCH, INVALID_DOCUMENT when the model fits neither the data nor itself, unless the search changes it
 */
export async function lintStudy({ definition, document }: CheckedStudy): Promise<readonly Finding[]> {
  const { facts } = await describeDataset(document.data.dataset);
  if (facts === null) return [];
  const { shape, task } = facts;
  const searched = searchedValues(definition.space);
  try {
    return lintDocument(document, { data: { shape, task: task.kind, outputs: outputsOf(task) }, searched });
  } catch (error) {
    // Each trial then says what is wrong with its own model.
    if (Object.keys(searched).some((path) => path.startsWith("model."))) return [];
    throw error;
  }
}

/** All choices of each parameter, or the two ends of its range. */
function searchedValues(space: SearchSpace): Record<string, readonly unknown[]> {
  return Object.fromEntries(
    space.parameters.map(({ name, distribution }) => {
      switch (distribution.kind) {
        case "constant":
          return [name, [distribution.value]];
        case "categorical":
          return [name, distribution.values];
        default:
          return [name, [distribution.low, distribution.high]];
      }
    }),
  );
}
