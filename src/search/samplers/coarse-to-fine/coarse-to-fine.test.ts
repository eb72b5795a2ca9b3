import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { toSeed, type Json } from "../../../base/index.ts";
import { evaluation, question } from "../../../testing/optimise.ts";
import { samplerContract } from "../../../testing/sampler-contract.ts";
import {
  createSpace,
  decodePoint,
  type Configuration,
  type SearchParameter,
  type SearchSpace,
} from "../../space/index.ts";
import { createSampler } from "../registry.ts";
import type { Evaluation, Suggestion } from "../sampler.ts";
import { axisOf, positionOf } from "../tpe/axis.ts";
import { narrowedBox, valueIn, wholeBox, type Range } from "./box.ts";
import { createCoarseToFineSampler } from "./coarse-to-fine.ts";
import { coarseToFineOptions, planOf } from "./plan.ts";
import { stageLog } from "./stage-log.ts";

const defaults = coarseToFineOptions.parse({});

samplerContract({ create: () => createCoarseToFineSampler(defaults), supportsContinuous: true });

const space = createSpace([
  { name: "rate", distribution: { kind: "float", low: 1e-6, high: 1, scale: "log" } },
  { name: "optimizer", distribution: { kind: "categorical", values: ["sgd", "adam", "lion"] } },
  { name: "momentum", distribution: { kind: "float", low: 0, high: 1 }, when: { optimizer: ["sgd"] } },
  { name: "layers", distribution: { kind: "integer", low: 1, high: 8 } },
]);

/** Diverges at high rates and learns nothing at low ones; more steps bring the loss nearer to what it can be. */
function train({ rate, optimizer, momentum, layers }: Configuration, share: number): Partial<Evaluation> {
  const exponent = Math.log10(rate as number);
  if (exponent > -0.5) return { losses: null, state: "failed" };
  const end =
    exponent < -5
      ? 2.31
      : 0.1 * (exponent + 2) ** 2 +
        { sgd: 0.1, adam: 0, lion: 0.6 }[optimizer as "sgd" | "adam" | "lion"] +
        0.1 * Math.abs(((momentum ?? 0.9) as number) - 0.9) +
        0.03 * ((layers as number) - 3) ** 2;
  const at = (part: number) => end + (exponent < -5 ? 0 : 0.3 * (1 - part));
  const curve = [
    { step: 1, loss: exponent < -5 ? 2.3 : at(0) + 1 },
    { step: Math.round(90 * share), loss: at(share) },
  ];
  return { losses: [at(share)], state: "completed", curve, fidelity: share };
}

interface Run {
  readonly history: Evaluation[];
  readonly suggestions: Suggestion[];
  /** For each trial how many had finished when it was proposed. */
  readonly finishedBefore: number[];
}

/** @param parallel trials run at once, the later ones finishing first */
function search(maxTrials: number, { parallel = 1, options = {}, seed = 1 } = {}): Run {
  const sampler = createCoarseToFineSampler(coarseToFineOptions.parse(options));
  const run: Run = { history: [], suggestions: [], finishedBefore: [] };
  const running: number[] = [];
  while (run.history.length < maxTrials || running.length > 0) {
    const number = run.history.length;
    const asked = question({ number, seed: toSeed(seed), space, history: [...run.history], maxTrials });
    const isFree = running.length < parallel && number < maxTrials;
    const suggestion = isFree ? sampler.suggest(asked) : null;
    if (suggestion !== null) {
      run.finishedBefore.push(run.history.filter(({ state }) => state !== "pending").length);
      run.suggestions.push(suggestion);
      run.history.push(evaluation({ number, configuration: suggestion.configuration }));
      running.push(number);
      continue;
    }
    const finished = running.pop()!;
    const { configuration } = run.history[finished]!;
    const parts = train(configuration, run.suggestions[finished]!.share ?? 1);
    run.history[finished] = evaluation({ number: finished, configuration, ...parts });
  }
  return run;
}

describe("the plan", () => {
  it("is 60, 30 and 10 % of the trials with a ninth, a third and all of the length", () => {
    expect(planOf(defaults, 100)).toMatchObject([
      { first: 0, trials: 60, length: { share: 1 / 9 }, keep: 0 },
      { first: 60, trials: 30, length: { share: 1 / 3 }, keep: 10 },
      { first: 90, trials: 10, length: { share: 1 }, keep: 10 },
    ]);
  });

  it("has every trial in one stage, and at least one of the full length, for every number of trials", () => {
    for (let maxTrials = 1; maxTrials <= 300; maxTrials++) {
      const plan = planOf(defaults, maxTrials);
      let first = 0;
      for (const stage of plan) {
        expect(stage.first).toBe(first);
        expect(stage.trials).toBeGreaterThan(0);
        first += stage.trials;
      }
      expect(first).toBe(maxTrials);
      expect(plan.at(-1)!.length.share).toBe(1);
    }
  });

  it("is declared in steps or shares; the last stage takes the trials that are left", () => {
    const options = coarseToFineOptions.parse({
      stages: [
        { trials: 10, steps: 3 },
        { trials: 4, keep: 1 },
      ],
    });
    expect(planOf(options, 20)).toMatchObject([
      { first: 0, trials: 10, length: { steps: 3 } },
      { first: 10, trials: 10, length: {}, keep: 1 },
    ]);
  });

  it.each([
    [{ stages: [] }, "`stages`"],
    [{ stages: [{ trials: 2, steps: 3, share: 0.5 }] }, "not both"],
    [{ stages: [{ trials: 2, share: 2 }] }, "`stages.0.share`"],
    [{ stages: [{ trials: 2, stpes: 2 }] }, "stpes"],
  ])("refuses %j", (options, text) => {
    expect(() => createSampler({ name: "coarse-to-fine", options }, space)).toThrow(
      expect.objectContaining({ code: "INVALID_USAGE", message: expect.stringContaining(text) }),
    );
  });

  it("refuses more trials than the study has", () => {
    const sampler = createCoarseToFineSampler(coarseToFineOptions.parse({ stages: [{ trials: 20 }] }));
    expect(() => sampler.suggest(question({ space, maxTrials: 10 }))).toThrow(
      expect.objectContaining({ code: "INVALID_USAGE", hint: expect.stringContaining("`maxTrials` to 20") }),
    );
  });
});

describe("coarse-to-fine", () => {
  it("begins no stage before all trials of the one before have finished", () => {
    for (const parallel of [1, 3, 8]) {
      const { finishedBefore, suggestions } = search(40, { parallel });
      const stageOf = (number: number) => suggestions[number]!.why.facts!["stage"] as number;
      for (let number = 0; number < 40; number++) {
        expect(finishedBefore[number]).toBeGreaterThanOrEqual({ 1: 0, 2: 24, 3: 36 }[stageOf(number)]!);
      }
    }
  });

  it("trains the best again, longer, beside new configurations from the narrowed space", () => {
    const { history, suggestions } = search(60);
    const first = history.slice(0, 36).filter(({ losses }) => losses !== null);
    const order = first.toSorted((a, b) => a.losses![0]! - b.losses![0]!);
    const second = suggestions.slice(36, 54);
    expect(second.map(({ share }) => share)).toEqual(Array(18).fill(1 / 3));
    expect(second.slice(0, 6).map(({ configuration }) => configuration)).toEqual(
      order.slice(0, 6).map(({ configuration }) => configuration),
    );
    expect(second.map(({ again }) => again === true)).toEqual([
      ...Array(6).fill(true),
      ...Array(12).fill(false),
    ]);
    for (const { configuration, why } of second.slice(6)) {
      expect(Math.abs(Math.log10(configuration["rate"] as number) + 2)).toBeLessThan(2.5);
      expect(configuration["optimizer"]).not.toBe("lion");
      expect(why.message).toMatch(/^stage 2 of 3: drawn from `rate` .* to .*, `optimizer` sgd or adam/);
      expect(why.facts!["ranges"]).toMatchObject({ optimizer: { values: ["sgd", "adam"] } });
    }
    for (const { again, share, why } of suggestions.slice(54)) {
      expect({ again, share }).toEqual({ again: true, share: 1 });
      expect(why.message).toMatch(/^stage 3 of 3: trial \d+ again/);
    }
  });

  it("ends near the optimum", () => {
    const found = [1, 2, 3, 4, 5].map((seed) => {
      const { history } = search(60, { seed });
      return Math.min(...history.filter(({ fidelity }) => fidelity === 1).map(({ losses }) => losses![0]!));
    });
    expect(found.toSorted((a, b) => a - b)[2]).toBeLessThan(0.06);
  });

  it("tries no configuration again but on purpose", () => {
    const { suggestions } = search(60);
    const drawn = suggestions.filter(({ again }) => again !== true);
    expect(new Set(drawn.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(drawn.length);
  });

  it("proposes another configuration when one is refused", () => {
    const { history } = search(60);
    const sampler = createCoarseToFineSampler(defaults);
    const asked = question({ space, history: history.slice(0, 36), maxTrials: 60, seed: toSeed(1) });
    const [first, second] = [0, 1].map((retry) => sampler.suggest({ ...asked, retry })!);
    expect(first!.again).toBe(true);
    expect(second!.again).toBeUndefined();
  });
});

/** But for rounding. */
const slack = 1e-12;

function isInRange(range: Range, { distribution }: SearchParameter, value: Json): boolean {
  const place = positionOf(axisOf(distribution), distribution, value);
  switch (range.kind) {
    case "interval":
      return place >= range.low - slack && place <= range.high + slack;
    case "cells":
      return place >= range.from && place <= range.to;
    case "choices":
      return range.places.includes(place);
    default:
      return range satisfies never;
  }
}

describe("narrowing", () => {
  const units = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
  const points = fc.array(units, { minLength: 1, maxLength: 20 });
  const isInBox = (one: SearchSpace, box: ReturnType<typeof wholeBox>, configuration: Configuration) =>
    one.parameters.every(
      (parameter, index) =>
        !Object.hasOwn(configuration, parameter.name) ||
        isInRange(box[index]!, parameter, configuration[parameter.name]!),
    );

  it("keeps the best inside, draws inside, and never widens", () => {
    fc.assert(
      fc.property(points, points, units, (firstUnits, secondUnits, unit) => {
        let box = wholeBox(space);
        for (const rows of [firstUnits, secondUnits]) {
          const tried = rows
            .map((row) => decodePoint(space, row))
            .filter((configuration) => isInBox(space, box, configuration));
          const best = tried.slice(0, Math.max(2, tried.length / 3));
          const narrowed = narrowedBox(space, box, { best, tried });
          for (const configuration of best) expect(isInBox(space, narrowed, configuration)).toBe(true);
          for (const [index, parameter] of space.parameters.entries()) {
            const value = valueIn(narrowed[index]!, parameter, unit[index]!);
            expect(isInRange(narrowed[index]!, parameter, value)).toBe(true);
            expect(isInRange(box[index]!, parameter, value)).toBe(true);
          }
          box = narrowed;
        }
      }),
    );
  });

  it("keeps the scale of a range", () => {
    const best = [1e-4, 1e-3, 1e-2].map((rate) => ({ rate, optimizer: "adam", layers: 2 }));
    const box = narrowedBox(space, wholeBox(space), { best, tried: best });
    const [rate] = space.parameters;
    expect(Math.log10(valueIn(box[0]!, rate!, 0) as number)).toBeCloseTo(-5);
    expect(Math.log10(valueIn(box[0]!, rate!, 0.5) as number)).toBeCloseTo(-3);
    expect(Math.log10(valueIn(box[0]!, rate!, 1) as number)).toBeCloseTo(-1);
  });

  it("gives up a value that was tried twice and is in none of the best", () => {
    const one = (optimizer: string) => ({ rate: 0.1, optimizer, layers: 2 });
    const tried = ["adam", "adam", "sgd", "lion", "lion"].map(one);
    const box = narrowedBox(space, wholeBox(space), { best: tried.slice(0, 2), tried });
    expect(box[1]).toEqual({ kind: "choices", places: [0, 1] });
  });
});

describe("the log of stages", () => {
  it("tells what was dropped, kept and narrowed, and why", () => {
    const { history } = search(60);
    const log = stageLog(space, history.slice(0, 40), { options: {}, maxTrials: 60 });
    expect(log.map(({ state, firstTrial, lastTrial }) => [state, firstTrial, lastTrial])).toEqual([
      ["finished", 0, 35],
      ["running", 36, 53],
      ["waiting", 54, 59],
    ]);
    const [first, second] = log;
    for (const { number, reason } of first!.dropped) {
      const exponent = Math.log10(history[number]!.configuration["rate"] as number);
      if (reason === "failed") expect(exponent).toBeGreaterThan(-0.5);
    }
    expect(new Set(first!.dropped.map(({ reason }) => reason))).toEqual(
      new Set(["failed", "learned nothing"]),
    );
    expect(first!.kept).toHaveLength(6);
    expect(first!.message).toMatch(
      /^stage 1 of 3: trials 0 to 35, 11.1 % of the full length: \d+ learned, \d+ failed, \d+ learned nothing \(.*\); best is trial \d+ with a loss of 0\.\d+$/,
    );
    expect(first!.narrowed.find(({ parameter }) => parameter === "optimizer")).toEqual({
      parameter: "optimizer",
      before: { values: ["sgd", "adam", "lion"] },
      after: { values: ["sgd", "adam"] },
      message: expect.stringMatching(
        /^`optimizer`: all of sgd or adam or lion becomes sgd or adam, because /,
      ),
    });
    expect(second!.message).toBe(
      "stage 2 of 3: trials 36 to 53, 33.3 % of the full length: 4 of 18 finished",
    );
  });

  it("narrows nothing when everything fails", () => {
    const failed = Array.from({ length: 6 }, (_, number) =>
      evaluation({
        number,
        configuration: { rate: 0.1, optimizer: "adam", layers: number + 1 },
        losses: null,
      }),
    );
    const options = {
      stages: [
        { trials: 6, steps: 2 },
        { trials: 4, steps: 90 },
      ],
    };
    const [first] = stageLog(space, failed, { options, maxTrials: 10 });
    expect(first).toMatchObject({ state: "finished", narrowed: [], kept: [] });
    expect(first!.message).toBe("stage 1 of 2: trials 0 to 5, 2 steps each: 0 were measured, 6 failed");
    const sampler = createCoarseToFineSampler(coarseToFineOptions.parse(options));
    const next = sampler.suggest(question({ space, history: failed, maxTrials: 10 }))!;
    expect(next.why.message).toBe("stage 2 of 2: drawn from the whole space");
  });
});
