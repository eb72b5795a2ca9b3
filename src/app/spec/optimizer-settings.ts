/** What a study file must mind of optimisers: each has settings of its own, with defaults of its own. */
import {
  optimizerNames,
  optimizerSettingNames,
  settingsOfOptimizer,
  type OptimizerName,
  type TrainingDocument,
} from "../../learning/training/index.ts";
import { valueAt } from "./document-schema.ts";
import { valueText, type SpecProblem } from "./problems.ts";

const optimizerPath = ["search", "parameters", "training.optimizer"];

/**
 * The document without those optimiser settings that the file leaves out, where the optimiser is searched: each trial then
 * gets the defaults of the optimiser that it tries.
 */
export function withoutOptimizerDefaults(document: TrainingDocument, file: unknown): unknown {
  if (valueAt(file, optimizerPath) === undefined) return document;
  const training = Object.entries(document.training).filter(
    ([name]) => !optimizerSettingNames.includes(name) || valueAt(file, ["training", name]) !== undefined,
  );
  return { ...document, training: Object.fromEntries(training) };
}

/** Settings that the file gives, or searches, and none of its optimisers uses. */
export function unusedSettingProblems(file: unknown): SpecProblem[] {
  const chosen = chosenOptimizers(file);
  const isUsed = (name: string) => chosen.some((optimizer) => settingsOfOptimizer(optimizer).includes(name));
  return optimizerSettingNames
    .filter((name) => !isUsed(name))
    .flatMap((name): SpecProblem[] => {
      const users = optimizerNames.filter((optimizer) => settingsOfOptimizer(optimizer).includes(name));
      const got = chosen.map((optimizer) => `\`${optimizer}\``).join(", ");
      const message = `is a setting of ${users.map((user) => `\`${user}\``).join(", ")}, got the optimizer ${got}.`;
      const places = [
        ["training", name],
        ["search", "parameters", `training.${name}`],
      ];
      return places
        .filter((path) => valueAt(file, path) !== undefined)
        .map((path) => ({ path: ["training", name], at: path, target: "key", message }));
    });
}

/** Every optimiser that a trial of the file can have. */
function chosenOptimizers(file: unknown): OptimizerName[] {
  const searched = valueAt(file, optimizerPath);
  const candidates = [
    valueAt(searched, ["value"]),
    ...[valueAt(searched, ["values"]) ?? []].flat(),
    ...(searched === undefined ? [valueAt(file, ["training", "optimizer"]) ?? "adam"] : []),
  ];
  return optimizerNames.filter((name) => candidates.includes(name));
}

/** A batch that is larger than the training split that the file asks for. */
export function batchProblems({
  data,
  training,
}: Pick<TrainingDocument, "data" | "training">): SpecProblem[] {
  const { batchSize, accumulationSteps } = training;
  const examples = data.train;
  if (
    examples === undefined ||
    examples < 1 ||
    batchSize === "full" ||
    batchSize * accumulationSteps <= examples
  )
    return [];
  const message = `expected at most the ${examples} examples of \`data.train\` in a step, got ${valueText(batchSize)}${accumulationSteps === 1 ? "" : ` * ${accumulationSteps}`}.`;
  return [{ path: ["training", "batchSize"], target: "value", message }];
}
