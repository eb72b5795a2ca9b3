import { TunesmithError } from "../../../base/index.ts";
import { outputsOf, type Task } from "../../data/index.ts";
import { defaultLoss, losses, lossNames, type LossName } from "./index.ts";

interface LossChoice {
  readonly loss?: LossName | undefined;
  readonly classWeights?: readonly number[] | undefined;
}

/** A rule of `training` that a recipe breaks: the key, and the rule in words. */
export interface LossProblem {
  readonly key: "loss" | "classWeights";
  readonly rule: string;
}

/** Why a recipe's loss does not fit its data; undefined when it does. */
export function lossProblem({ loss, classWeights }: LossChoice, task: Task): LossProblem | undefined {
  const name = loss ?? defaultLoss(task.kind);
  if (!(losses[name].tasks as readonly string[]).includes(task.kind)) {
    const fitting = lossNames.filter((other) =>
      (losses[other].tasks as readonly string[]).includes(task.kind),
    );
    const names = fitting.map((other) => `\`${other}\``).join(", ");
    return { key: "loss", rule: `expected a loss that fits ${task.kind} data, one of ${names}` };
  }
  const outputs = outputsOf(task);
  if (name === "cross-entropy" && classWeights !== undefined && classWeights.length !== outputs) {
    return { key: "classWeights", rule: `expected one number for each of the ${outputs} classes` };
  }
  return undefined;
}

/** @throws INVALID_DOCUMENT when a recipe's loss does not fit its data */
export function checkLoss(training: LossChoice, task: Task): void {
  const problem = lossProblem(training, task);
  if (problem === undefined) return;
  const { key, rule } = problem;
  const received = key === "loss" ? `\`${training.loss}\`` : `${training.classWeights?.length} numbers`;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `training.${key}: ${rule}, got ${received}.`,
    facts: { key, task: task.kind },
  });
}
