/**
 * What a proposal is to achieve, as a surface over the space: the improvement that is expected of a configuration, as far as its
 * trial is likely to succeed and to keep the outcome constraints.
 *
 * @see Gelbart, Snoek, Adams 2014, "Bayesian Optimization with Unknown Constraints"
 */
import type { RandomStream } from "../../../base/index.ts";
import { totalViolation } from "../../trial/index.ts";
import type { Evaluation } from "../sampler.ts";
import { belowSurface, improvementSurface, sumOf, type Surface } from "./acquisition.ts";
import { isKept, type Evidence } from "./evidence.ts";
import type { Features } from "./kernel.ts";
import type { Modelled, Modeller } from "./modeller.ts";
import { failureQuantity, objectiveQuantity, violationQuantity, type Quantity } from "./quantities.ts";
import { tradeOffSurface, weightedLoss, type TradeOff } from "./trade-off.ts";

/** Samples of the joint outcome of several objectives. */
const samples = 32;

export interface Goal {
  readonly surface: Surface;
  readonly acquisition: string;
  /** Of the main objective. */
  readonly main: Modelled;
  /** [most promising first], what was tried, as far as it keeps the constraints when anything does. */
  readonly around: readonly Evaluation[];
  /** The least target of the main objective that is expected of those. */
  readonly best: number;
}

export interface GoalOptions {
  readonly modeller: Modeller;
  readonly featuresOf: (evaluation: Evaluation) => Features;
  readonly dimensions: number;
  readonly objectives: number;
  /** Of this proposal; weighs several objectives. */
  readonly stream: RandomStream;
}

/** @param evidence with at least one valued trial */
export function goalOf(evidence: Evidence, options: GoalOptions): Goal {
  const { modeller, featuresOf, dimensions, objectives } = options;
  const { valued, pending } = evidence;
  const pendingRows = pending.map(featuresOf);
  const modelled = Array.from({ length: objectives }, (_, objective) =>
    modeller.model(objectiveQuantity(objective), valued, pendingRows),
  );
  const main = modelled[0]!;
  const expected = new Map(
    [...valued, ...pending].map((one) => [
      one,
      modelled.map(({ model }) => model.predict(featuresOf(one)).mean),
    ]),
  );
  const bestOf = (some: readonly Evaluation[]) => Math.min(...some.map((one) => expected.get(one)![0]!));
  const feasibility = feasibilitySurfaces(evidence, options);
  const kept = valued.filter(isKept);
  if (kept.length === 0) {
    const sizes = new Map(valued.map((one) => [one, totalViolation(one.violations)]));
    return {
      surface: sumOf(feasibility, dimensions),
      acquisition: "log probability of keeping the constraints",
      main,
      around: valued.toSorted((a, b) => sizes.get(a)! - sizes.get(b)!),
      best: bestOf(valued),
    };
  }
  const { lossOf, improvement } =
    objectives === 1
      ? oneObjective(main, dimensions)
      : severalObjectives(
          modelled,
          kept.map((one) => expected.get(one)!),
          options,
        );
  // A pending trial is expected to give what the model says, which may be the best then.
  const isConstrained = valued.some(({ violations }) => violations.length > 0);
  const counted = isConstrained ? kept : [...kept, ...pending];
  const losses = new Map(counted.map((one) => [one, lossOf(expected.get(one)!)]));
  return {
    surface: sumOf([...feasibility, improvement(Math.min(...losses.values()))], dimensions),
    acquisition: objectives === 1 ? "log expected improvement" : "log expected improvement of a trade-off",
    main,
    around: kept.toSorted((a, b) => losses.get(a)! - losses.get(b)!),
    best: bestOf(kept),
  };
}

/** How likely a trial succeeds, and keeps each constraint. */
function feasibilitySurfaces(
  { valued, failed }: Evidence,
  { modeller, dimensions }: GoalOptions,
): readonly Surface[] {
  const surfaceOf = (quantity: Quantity, evaluations: readonly Evaluation[]) =>
    belowSurface(modeller.model(quantity, evaluations, []).model, 0, dimensions);
  const surfaces: Surface[] = [];
  if (failed.length > 0) {
    const ended = [...valued, ...failed].toSorted((a, b) => a.number - b.number);
    const success = surfaceOf(failureQuantity, ended);
    // A failure says nothing of losses, so it costs more than a result that is no improvement: its probability counts squared.
    surfaces.push(success, success);
  }
  const constraints = Math.max(...valued.map(({ violations }) => violations.length));
  for (let constraint = 0; constraint < constraints; constraint++) {
    const measured = valued.filter(({ violations }) => Number.isFinite(violations[constraint]));
    if (measured.length > 0) surfaces.push(surfaceOf(violationQuantity(constraint), measured));
  }
  return surfaces;
}

/** One number for what is expected of a configuration, and the surface of its improvement. */
interface Judged {
  readonly lossOf: (expected: readonly number[]) => number;
  readonly improvement: (best: number) => Surface;
}

function oneObjective({ model }: Modelled, dimensions: number): Judged {
  return {
    lossOf: (expected) => expected[0]!,
    improvement: (best) => improvementSurface(model, best, dimensions),
  };
}

function severalObjectives(
  modelled: readonly Modelled[],
  kept: readonly (readonly number[])[],
  { stream, dimensions }: GoalOptions,
): Judged {
  // Exponential numbers divided by their sum are even over the weights that add up to 1.
  const drawn = modelled.map((_, objective) => -Math.log(1 - stream.uniform(objective)));
  const total = drawn.reduce((sum, one) => sum + one, 0);
  const tradeOff: TradeOff = {
    models: modelled.map(({ model }) => model),
    weights: drawn.map((one) => one / total),
    ranges: modelled.map((_, objective) => {
      const targets = kept.map((expected) => expected[objective]!);
      const low = Math.min(...targets);
      return { low, high: Math.max(low + 1e-3, ...targets) };
    }),
    samples: Array.from({ length: samples }, (_, sample) =>
      Float64Array.from(modelled, (_model, k) => stream.normal(modelled.length * (sample + 1) + k)),
    ),
  };
  return {
    lossOf: (expected) => weightedLoss(expected, tradeOff),
    improvement: (best) => tradeOffSurface(tradeOff, best, dimensions),
  };
}
