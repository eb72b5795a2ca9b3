import { TunesmithError } from "../../../base/index.ts";
import type { Dataset } from "../dataset.ts";
import type { DataDocument } from "../document.ts";
import type { Task } from "../task.ts";
import { byClass, countClasses } from "./by-class.ts";
import { byExample } from "./by-example.ts";
import { byGroup, countGroups } from "./by-group.ts";
import type { WayOfSplitting } from "./way-of-splitting.ts";

type DatasetToSplit = Pick<Dataset, "name" | "examples" | "task" | "groups">;

export interface ChooseWayOptions {
  readonly data: Pick<DataDocument, "stratified">;
  /** The examples whose shares of classes are to be kept. */
  readonly all: Int32Array;
}

/**
 * What the data and the document ask for: groups first, then classes.
 *
 * @throws INVALID_DOCUMENT when classes are asked for where there are none
 */
export function chooseWay(
  { name, task, examples, groups }: DatasetToSplit,
  { data, all }: ChooseWayOptions,
): WayOfSplitting {
  if (data.stratified) refuseWithoutClasses(name, task);
  if (groups !== undefined) return byGroup(groups, data.stratified ? examples.labels : null);
  return data.stratified ? byClass(examples.labels, all) : byExample;
}

/** @throws INVALID_DOCUMENT */
export function refuseWithoutClasses(name: string, task: Task): void {
  if (task.kind === "classification") return;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `data: \`stratified\` needs classes, got the values that \`${name}\` is to predict.`,
    hint: "Leave `stratified` out.",
    facts: { dataset: name, task: task.kind },
  });
}

interface RequireOptions {
  readonly order: Int32Array;
  readonly atLeast: number;
  /** What needs them. */
  readonly each: string;
}

/** @throws INVALID_DOCUMENT when there are groups, but not enough of them */
export function requireGroups(
  { name, groups }: DatasetToSplit,
  { order, atLeast, each }: RequireOptions,
): void {
  if (groups === undefined) return;
  const count = countGroups(groups, order);
  if (count >= atLeast) return;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `data: \`${name}\` must have at least ${atLeast} groups of examples, ${each}, got ${count}.`,
    hint: "Groups are never torn apart: ask for fewer splits, or group by something finer.",
    facts: { dataset: name, groups: count, expected: atLeast },
  });
}

/** @throws INVALID_DOCUMENT when a class of a stratified split has examples, but not enough of them */
export function requireClasses(
  { name, task, examples, groups }: DatasetToSplit,
  { data, order, atLeast, each }: RequireOptions & Pick<ChooseWayOptions, "data">,
): void {
  if (!data.stratified || groups !== undefined || task.kind !== "classification") return;
  const counts = countClasses(examples.labels, order);
  const scarce = task.classes
    .map((label, index) => ({ label, count: counts[index] ?? 0 }))
    .filter(({ count }) => count > 0 && count < atLeast);
  if (scarce.length === 0) return;
  const named = scarce.slice(0, 10).map(({ label, count }) => `${count} of \`${label}\``);
  const more = scarce.length > named.length ? ` and ${scarce.length - named.length} classes more` : "";
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `data: with \`stratified\` every class of \`${name}\` must have at least ${atLeast} examples, ${each}, got ${named.join(", ")}${more}.`,
    hint: "Bring more examples of the class, leave it out, or leave `stratified` out.",
    facts: { dataset: name, expected: atLeast, classes: scarce },
  });
}
