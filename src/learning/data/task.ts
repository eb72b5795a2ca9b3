/** What is to be learned from examples: which of some classes each belongs to, or some values for each. */
export type Task =
  | { readonly kind: "classification"; readonly classes: readonly string[] }
  | { readonly kind: "regression"; readonly targetNames: readonly string[] };

/** How many outputs a model of the task has: classes, or values to predict. */
export function outputsOf(task: Task): number {
  return task.kind === "classification" ? task.classes.length : task.targetNames.length;
}
