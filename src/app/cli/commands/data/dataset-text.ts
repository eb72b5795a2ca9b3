import {
  outputsOf,
  type DataLocation,
  type Task,
  type ValueStatistics,
} from "../../../../learning/data/index.ts";
import { formatNumber } from "../../output/number.ts";

export function taskText(task: Task): string {
  const count = outputsOf(task);
  if (task.kind === "classification") return `${count} classes`;
  return count === 1 ? "1 value" : `${count} values`;
}

export function whereText({ kind, isAtHand }: DataLocation): string {
  switch (kind) {
    case "embedded":
      return "built in";
    case "files":
      return isAtHand ? "at hand" : "incomplete";
    case "download":
      return isAtHand ? "at hand" : "to download";
    default:
      return kind satisfies never;
  }
}

/** `0 to 1, mean 0.286, standard deviation 0.353` */
export function statisticsText({ minimum, maximum, mean, deviation }: ValueStatistics): string {
  return `${formatNumber(minimum)} to ${formatNumber(maximum)}, mean ${formatNumber(mean)}, standard deviation ${formatNumber(deviation)}`;
}
