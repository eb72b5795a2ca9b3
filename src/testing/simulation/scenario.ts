/** What a seed stands for: a study, who works on it, what goes wrong, and what people do to it meanwhile. */
import { toSeed, type Seed } from "../../base/index.ts";
import { createSpace } from "../../search/space/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { studyFixture } from "../study-fixture.ts";
import { Chance } from "./chance.ts";

interface Kind {
  readonly name: string;
  readonly parts: Partial<StudyDefinition>;
  /** Its results are the same for any workers and whatever happens. */
  readonly isReproducible: boolean;
}

export type Intervention = "stop" | "extend" | "shorten" | "enqueue" | "end early" | "change sampler";

export interface Scenario {
  readonly seed: Seed;
  readonly kind: string;
  readonly definition: StudyDefinition;
  readonly isReproducible: boolean;
  /** Slots of each worker process, and the labels it has. */
  readonly workers: readonly { readonly slots: number; readonly labels: readonly string[] }[];
  readonly leaseMs: number;
  readonly stepMs: { readonly shortest: number; readonly longest: number };
  readonly failing: number;
  /** Probability that a call meets a fault. */
  readonly faultsPerCall: number;
  /** Mean time between two faults of machines or the store. */
  readonly timedFaultsMs: number;
  readonly faultsEndMs: number;
  readonly interventions: readonly { readonly atMs: number; readonly what: Intervention }[];
}

const tpe = { name: "tpe", options: { startupTrials: 3 } };
const choice = (name: string, options: StudyDefinition["sampler"]["options"] = {}) => ({ name, options });

const kinds: readonly Kind[] = [
  { name: "plain", parts: {}, isReproducible: true },
  { name: "plain, labelled", parts: { labels: [{ label: "gpu" }] }, isReproducible: true },
  { name: "tpe, ordered", parts: { sampler: tpe, ordered: 3 }, isReproducible: true },
  {
    name: "asha, ordered",
    parts: { scheduler: choice("asha", { eta: 2 }), ordered: 3 },
    isReproducible: true,
  },
  {
    name: "median, ordered",
    parts: { sampler: tpe, scheduler: choice("median", { startupTrials: 2 }), ordered: 2 },
    isReproducible: true,
  },
  { name: "tpe", parts: { sampler: tpe }, isReproducible: false },
  { name: "asha", parts: { scheduler: choice("asha", { eta: 2 }) }, isReproducible: false },
  {
    name: "asha by promotion",
    parts: { scheduler: choice("asha", { eta: 2, mode: "promote" }) },
    isReproducible: false,
  },
  { name: "median", parts: { scheduler: choice("median", { startupTrials: 2 }) }, isReproducible: false },
  { name: "hyperband", parts: { scheduler: choice("hyperband", { eta: 2 }) }, isReproducible: false },
  {
    name: "successive halving",
    parts: { scheduler: choice("successive-halving", { eta: 2 }) },
    isReproducible: false,
  },
  {
    name: "pbt",
    parts: { scheduler: choice("pbt", { population: 3, intervalSteps: 2 }) },
    isReproducible: false,
  },
  {
    name: "replicates",
    parts: { replicates: { count: 3, over: "seed", racing: false } },
    isReproducible: false,
  },
  {
    name: "replicates, racing",
    parts: { replicates: { count: 3, over: "seed", racing: true } },
    isReproducible: false,
  },
  { name: "target", parts: { endWhen: { noImprovement: 3 } }, isReproducible: false },
];

const interventions: readonly Intervention[] = [
  "stop",
  "extend",
  "shorten",
  "enqueue",
  "end early",
  "change sampler",
];
/** Those after which the results are still those of an undisturbed study. */
const harmless: readonly Intervention[] = ["stop", "extend"];

export function scenarioOf(number: number): Scenario {
  const seed = toSeed(number);
  const chance = new Chance(seed, "scenario");
  const { name: kind, parts, isReproducible } = kinds[number % kinds.length]!;
  const definition = studyFixture({
    space: createSpace([{ name: "training.learningRate", distribution: { kind: "float", low: 0, high: 1 } }]),
    objective: { metric: "validation/loss", direction: "minimize", reduce: "last" },
    baseDocument: { training: { learningRate: 0.1, epochs: chance.between(2, 8) } },
    lengthPath: "training.epochs",
    seed,
    maxTrials: chance.between(3, 9),
    ...parts,
  });
  const workers = Array.from({ length: chance.pick([1, 2, 2, 3, 3, 4, 5, 8]) }, (_, index) => ({
    slots: chance.happens(0.2) ? 2 : 1,
    labels: index === 0 || chance.happens(0.5) ? ["gpu"] : [],
  }));
  const longest = chance.pick([20, 200, 1000, 3000]);
  const faultsEndMs = chance.between(3000, 25_000);
  const possible = isReproducible ? harmless : interventions;
  return {
    seed,
    kind,
    definition,
    isReproducible,
    workers,
    leaseMs: chance.pick([2000, 3000, 10_000]),
    stepMs: { shortest: 10, longest },
    failing: chance.pick([0, 0.1]),
    faultsPerCall: chance.pick([0, 0.005, 0.02, 0.04]),
    timedFaultsMs: chance.pick([1000, 3000, 10_000]),
    faultsEndMs,
    interventions: Array.from({ length: chance.between(0, 3) }, () => ({
      atMs: chance.between(100, faultsEndMs),
      what: chance.pick(possible),
    })),
  };
}

/** The same study with one worker and nothing in its way. @param definition as it was in the end */
export function undisturbed(scenario: Scenario, definition: StudyDefinition): Scenario {
  return {
    ...scenario,
    definition,
    workers: [{ slots: 1, labels: ["gpu"] }],
    stepMs: { shortest: 10, longest: 10 },
    faultsPerCall: 0,
    timedFaultsMs: Number.POSITIVE_INFINITY,
    faultsEndMs: 0,
    interventions: [],
  };
}
