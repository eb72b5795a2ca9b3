import { describe } from "vitest";

import { schedulerContract } from "../../testing/scheduler-contract.ts";
import { schedulerContext } from "../../testing/scheduler-fixture.ts";
import type { SchedulerChoice } from "../trial/index.ts";
import { createScheduler, schedulerNames } from "./index.ts";

const variants: readonly SchedulerChoice[] = [
  ...schedulerNames.map((name) => ({ name, options: {} })),
  { name: "asha", options: { mode: "promote", eta: 2 } },
  { name: "asha", options: { mode: "promote", minSteps: 3, eta: 4 } },
  { name: "hyperband", options: { mode: "asynchronous" } },
  { name: "hyperband", options: { minSteps: 2, eta: 2 } },
  { name: "successive-halving", options: { trials: 9, eta: 2 } },
  { name: "median", options: { startupTrials: 2, warmupSteps: 3, intervalSteps: 4 } },
  { name: "pbt", options: { population: 4, intervalSteps: 4, share: 0.5 } },
  { name: "wandb-hyperband", options: { maxIter: 27, s: 2, strict: false } },
];

describe.each(variants)("$name $options", (choice) => {
  schedulerContract({ create: () => createScheduler(choice, schedulerContext) });
});
