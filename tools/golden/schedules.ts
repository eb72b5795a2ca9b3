/**
 * Writes `test/golden/schedules.json`: the rates of every schedule by PyTorch. Needs a Python with PyTorch:
 *
 *     PYTHON=python3 node tools/golden/schedules.ts
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { trainingDocumentSchema, type TrainingDocumentInput } from "../../src/learning/training/index.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

type ScheduleInput = NonNullable<NonNullable<TrainingDocumentInput["training"]>["schedule"]>;

const moments = 60;
/** Falls, stands, rises and jumps, so that a plateau is met in each way. */
const metrics = Array.from({ length: moments }, (_, i) =>
  i < 12 ? 1 / (i + 1) : i < 30 ? 1 / 13 - 1e-6 * i : 0.05 + 0.02 * Math.sin(i),
);

const schedules: readonly ScheduleInput[] = [
  { kind: "constant" },
  { kind: "step", stepSize: 7, gamma: 0.5 },
  { kind: "step", stepSize: 7, gamma: 0.5, warmupSteps: 5, warmupStart: 0.1 },
  { kind: "multi-step", milestones: [5, 20, 20, 41] },
  { kind: "exponential", gamma: 0.9 },
  { kind: "exponential", gamma: 0.9, warmupSteps: 10 },
  { kind: "polynomial" },
  { kind: "polynomial", duration: 40, power: 2.5 },
  { kind: "cosine" },
  { kind: "cosine", duration: 25, minimumRate: 1e-3 },
  { kind: "cosine", warmupSteps: 8, warmupStart: 0.01 },
  { kind: "cosine-restarts", period: 9 },
  { kind: "cosine-restarts", period: 4, periodFactor: 2, minimumRate: 1e-4 },
  { kind: "one-cycle" },
  { kind: "one-cycle", peakFraction: 0.5, startDivisor: 10, endDivisor: 100, anneal: "linear" },
  { kind: "one-cycle", threePhase: true },
  { kind: "reduce-on-plateau", direction: "minimize", patience: 3 },
  {
    kind: "reduce-on-plateau",
    direction: "minimize",
    patience: 2,
    cooldown: 3,
    factor: 0.3,
    minimumRate: 1e-3,
  },
  {
    kind: "reduce-on-plateau",
    direction: "minimize",
    patience: 1,
    thresholdMode: "absolute",
    threshold: 1e-3,
  },
  { kind: "reduce-on-plateau", direction: "maximize", patience: 4, threshold: 0.1, factor: 0.5 },
];

const inputs = {
  learningRate: 0.1,
  moments,
  metrics,
  schedules: schedules.map(
    (schedule) =>
      // Every moment a step, where there is a choice.
      trainingDocumentSchema.shape.training.parse({ schedule: withSteps(schedule) }).schedule,
  ),
};

function withSteps(schedule: ScheduleInput): ScheduleInput {
  return schedule.kind === "reduce-on-plateau" ? schedule : { ...schedule, per: "step" };
}

const answer = execFileSync(process.env["PYTHON"] ?? "python3", [pathOf("schedules.py")], {
  input: JSON.stringify(inputs),
  encoding: "utf8",
});
const { versions, rates } = JSON.parse(answer) as { versions: object; rates: number[][] };
const golden = {
  about: "Written by tools/golden/schedules.ts. Do not edit.",
  versions,
  ...inputs,
  rates,
};
const text = await format(JSON.stringify(golden), { parser: "json", printWidth: 110 });
writeFileSync(pathOf("../../test/golden/schedules.json"), text);
