import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

export const adamSettings = (weightDecay: number) => {
  const [rate, beta1, beta2, steps] = [0.01, 0.9, 0.999, 3];
  const powers = [beta1 ** steps, beta2 ** steps] as const;
  const derived = [rate / (1 - powers[0]), 1 / Math.sqrt(1 - powers[1])];
  return [rate, beta1, beta2, 1e-8, weightDecay, ...powers, ...derived];
};

/** Weights come in whole cache lines. */
const counts = [16, 48, 1024];

const updateCases = (
  kernel: "adamUpdate" | "sgdUpdate",
  variants: readonly { name: string; settings: readonly number[]; without?: readonly string[] }[],
): KernelCase[] =>
  variants.flatMap(({ name, settings, without = [] }) =>
    counts.map((count) => ({
      name: `${count} weights, ${name}`,
      run: {
        kernel,
        dimensions: { count },
        without,
        buffers: {
          weight: normals(count, "weight"),
          gradient: normals(count, "gradient"),
          mean: normals(count, "mean", 0.1),
          variance: normals(count, "variance", 0.1).map(Math.abs),
          velocity: normals(count, "velocity"),
        },
        slots: { settings },
      },
    })),
  );

export const optimizerCasesOf: CasesOf<"adamAdvance" | "adamUpdate" | "sgdUpdate" | "countStep"> = {
  adamAdvance: {
    bound: 0,
    outputs: ["settings"],
    cases: [0, 0.1].map((weightDecay) => ({
      name: `weight decay ${weightDecay}`,
      run: { kernel: "adamAdvance", slots: { settings: adamSettings(weightDecay) } },
    })),
  },
  adamUpdate: {
    bound: 2e-14,
    outputs: ["weight", "mean", "variance"],
    cases: updateCases("adamUpdate", [
      { name: "no decay", settings: adamSettings(0) },
      { name: "decay", settings: adamSettings(0.1) },
    ]),
  },
  sgdUpdate: {
    bound: 1e-14,
    outputs: ["weight", "velocity"],
    cases: updateCases("sgdUpdate", [
      { name: "plain", settings: [0.1, 0, 0], without: ["velocity"] },
      { name: "decay alone", settings: [0.1, 0, 0.01], without: ["velocity"] },
      { name: "momentum and decay", settings: [0.1, 0.9, 0.01] },
    ]),
  },
  countStep: {
    bound: 0,
    outputs: ["step"],
    cases: [{ name: "one step", run: { kernel: "countStep", slots: { step: [3] } } }],
  },
};
