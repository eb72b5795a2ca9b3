/** The registry of rules, and what they find in data before a training. */
import type { DataFinding } from "../data-finding.ts";
import { classImbalance } from "./class-imbalance.ts";
import { classesWithoutExamples } from "./classes-without-examples.ts";
import { constantColumns } from "./constant-columns.ts";
import { constantFeatures } from "./constant-features.ts";
import { constantPixels } from "./constant-pixels.ts";
import {
  duplicatesInTest,
  duplicatesInTrain,
  duplicatesInValidation,
  duplicatesNotAll,
  duplicatesWithDifferentLabels,
} from "./duplicates.ts";
import { farValues } from "./far-values.ts";
import { idLikeColumns } from "./id-like-columns.ts";
import { leakSuspect } from "./leak-suspect.ts";
import { missingValues } from "./missing-values.ts";
import type { DataRule, InspectedData } from "./rule.ts";
import { smallClasses } from "./small-classes.ts";
import { suspiciousScale } from "./suspicious-scale.ts";

/** By the code of their findings. */
const rules: Readonly<Record<string, DataRule>> = {
  "constant-features": constantFeatures,
  "constant-pixels": constantPixels,
  "missing-values": missingValues,
  "constant-columns": constantColumns,
  "id-like-columns": idLikeColumns,
  "far-values": farValues,
  "suspicious-scale": suspiciousScale,
  "leak-suspect": leakSuspect,
  "class-imbalance": classImbalance,
  "classes-without-examples": classesWithoutExamples,
  "small-classes": smallClasses,
  "duplicates-in-train": duplicatesInTrain,
  "duplicates-with-different-labels": duplicatesWithDifferentLabels,
  "duplicates-in-validation": duplicatesInValidation,
  "duplicates-in-test": duplicatesInTest,
  "duplicates-not-all": duplicatesNotAll,
};

/** Warnings first. */
export function findingsOf(data: InspectedData): readonly DataFinding[] {
  return Object.entries(rules)
    .flatMap(([code, rule]) => rule(data).map((finding) => ({ code, ...finding })))
    .toSorted((a, b) => Number(b.severity === "warning") - Number(a.severity === "warning"));
}
