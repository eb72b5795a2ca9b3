/**
 * Local refinement: the best configuration known, changed in one or two parameters by a step whose size follows success. Where
 * steps have become too small to matter, the search goes on from the best result that is not near.
 *
 * Where the search stands is read from the results in the order of their numbers, so it is a function of the history: a result
 * that beats the centre becomes the centre.
 *
 * @see Beyer and Schwefel 2002, "Evolution Strategies: A Comprehensive Introduction", section 4.2, for the rule of steps
 */
import { z } from "zod";

import { canonicalJson, RandomStream, type Json } from "../../base/index.ts";
import {
  brokenConstraints,
  chooseConfiguration,
  configurationKey,
  encodeConfiguration,
  fromUnit,
  type Configuration,
  type SearchParameter,
  type SearchSpace,
} from "../space/index.ts";
import type { Evaluation, Sampler, Suggestion } from "./sampler.ts";
import { axisOf, positionOf, valueAt, type Axis } from "./tpe/axis.ts";
import { compareRanks, rankOf, unmeasured } from "./tpe/ranking.ts";
import { drawUntried } from "./untried.ts";

export const localOptions = z.object({
  /** Trials that are drawn at random before there is a best one to start from. */
  startupTrials: z.int().min(1).default(5),
  /** Standard deviation of the first steps, as a share of a parameter's range. */
  radius: z.number().gt(0).max(1).default(0.2),
  /** Smaller steps do not matter: the search starts again elsewhere. */
  leastRadius: z.number().gt(0).max(1).default(0.002),
});

type LocalOptions = z.output<typeof localOptions>;

/** Where the search stands. */
interface Position {
  /** Null: everything known is near to where the search has been. */
  readonly centre: Evaluation | null;
  readonly radius: number;
  readonly restarts: number;
}

/** A success doubles the step, four failures halve it: it stays as it is where one step in five is a success. */
const growth = 2;
const decay = 2 ** -0.25;
/** Nearer results belong to the same valley, as a share of each parameter's range. */
const valleyRadius = 0.1;
const mostAttempts = 100;

export function createLocalSampler(options: LocalOptions): Sampler {
  return {
    name: "local",
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion {
      const { number, retry, seed, space, history } = asked;
      const known = history.filter((one) => one.number < number);
      const keys = new Set(known.map(({ configuration }) => configurationKey(configuration)));
      const isTried = (key: string) => keys.has(key);
      const drawn = (message: string): Suggestion => ({
        configuration: drawUntried(asked, isTried),
        why: { kind: "startup", message },
      });
      const results = known.filter((one) => rankOf(one, 0).tier !== unmeasured);
      if (results.length < options.startupTrials) {
        return drawn(`drawn, because ${results.length} results are too few to start from`);
      }
      const { centre, radius, restarts } = positionAfter(known, { space, options });
      if (centre === null) return drawn("drawn, because the search has been near every result");
      const stream = new RandomStream(seed, "local", number, ...(retry === 0 ? [] : ["retry", retry]));
      let used = 0;
      const next = () => stream.uniform(used++);
      const steps = new Steps(space, { results, next });
      for (let attempt = 0; attempt < mostAttempts; attempt++) {
        // Where everything near is tried or forbidden, further places are looked at.
        const size = Math.min(1, radius * 1.05 ** attempt);
        const { configuration, changed } = steps.from(centre.configuration, size);
        if (brokenConstraints(space, configuration).length > 0 || isTried(configurationKey(configuration))) {
          continue;
        }
        const names = changed.map((name) => `\`${name}\``).join(" and ");
        const message = `trial ${centre.number}, the best here, with another ${names}`;
        const facts = { centre: centre.number, changed, radius: size, restarts };
        return { configuration, why: { kind: "exploiting", message, facts } };
      }
      return drawn("drawn, because everything near the best was tried before or breaks a constraint");
    },
  };
}

/** The position after all results, in the order of their numbers. */
function positionAfter(
  known: readonly Evaluation[],
  { space, options }: { readonly space: SearchSpace; readonly options: LocalOptions },
): Position {
  const isBetter = (a: Evaluation, b: Evaluation) => compareRanks(rankOf(a, 0), rankOf(b, 0)) < 0;
  const left: Evaluation[] = [];
  const seen: Evaluation[] = [];
  let centre: Evaluation | null = null;
  let { radius } = options;
  for (const one of known) {
    if (one.state === "pending") continue;
    const isMeasured = rankOf(one, 0).tier !== unmeasured;
    if (isMeasured) seen.push(one);
    if (centre === null || (isMeasured && isBetter(one, centre))) {
      const isStart = centre === null || seen.length <= options.startupTrials;
      if (isMeasured) centre = one;
      radius = isStart ? options.radius : Math.min(options.radius, radius * growth);
      continue;
    }
    if (seen.length <= options.startupTrials) continue;
    radius *= decay;
    if (radius >= options.leastRadius) continue;
    left.push(centre);
    centre = null;
    radius = options.radius;
    for (const other of seen) {
      if (left.some((valley) => isNear(space, valley.configuration, other.configuration))) continue;
      if (centre === null || isBetter(other, centre)) centre = other;
    }
  }
  return { centre, radius, restarts: left.length };
}

function isNear(space: SearchSpace, a: Configuration, b: Configuration): boolean {
  const from = encodeConfiguration(space, a);
  const to = encodeConfiguration(space, b);
  return space.parameters.every(({ name, distribution }, index) => {
    const one = from[index] ?? null;
    const other = to[index] ?? null;
    if (one === null || other === null) return one === other;
    if (distribution.kind === "categorical") return canonicalJson(a[name]) === canonicalJson(b[name]);
    return Math.abs(one - other) <= valleyRadius;
  });
}

class Steps {
  readonly #space: SearchSpace;
  readonly #axes: ReadonlyMap<string, Axis>;
  readonly #results: readonly Evaluation[];
  readonly #next: () => number;

  constructor(
    space: SearchSpace,
    { results, next }: { readonly results: readonly Evaluation[]; readonly next: () => number },
  ) {
    this.#space = space;
    this.#axes = new Map(space.parameters.map(({ name, distribution }) => [name, axisOf(distribution)]));
    this.#results = results.toSorted((a, b) => compareRanks(rankOf(a, 0), rankOf(b, 0)));
    this.#next = next;
  }

  /** A configuration near the given one, and the names of the parameters that were moved. */
  from(
    centre: Configuration,
    size: number,
  ): { readonly configuration: Configuration; readonly changed: readonly string[] } {
    const movable = this.#space.parameters.filter(
      ({ name, distribution }) => Object.hasOwn(centre, name) && distribution.kind !== "constant",
    );
    const count = Math.min(movable.length, this.#next() < 0.5 ? 1 : 2);
    const changed: string[] = [];
    while (changed.length < count) {
      const { name } = movable[Math.floor(this.#next() * movable.length)]!;
      if (!changed.includes(name)) changed.push(name);
    }
    const configuration = chooseConfiguration(this.#space, (parameter) => {
      const { name } = parameter;
      if (changed.includes(name)) return this.#moved(parameter, centre[name]!, size);
      return Object.hasOwn(centre, name) ? centre[name]! : this.#newlyActive(parameter);
    });
    return { configuration, changed: changed.filter((name) => Object.hasOwn(configuration, name)) };
  }

  #moved({ name, distribution }: SearchParameter, value: Json, size: number): Json {
    const axis = this.#axes.get(name)!;
    const position = positionOf(axis, distribution, value);
    const step = size * Math.sqrt(-2 * Math.log(1 - this.#next())) * Math.cos(2 * Math.PI * this.#next());
    switch (axis.kind) {
      case "interval":
        return valueAt(axis, distribution, reflect(position + step));
      case "cells": {
        const last = axis.values.length - 1;
        const cells = Math.sign(step) * Math.max(1, Math.round(Math.abs(step) * axis.values.length));
        return axis.values[Math.min(last, Math.max(0, position + cells))]!;
      }
      case "choices": {
        const others = axis.values.filter((_, index) => index !== position);
        return others[Math.floor(this.#next() * others.length)] ?? value;
      }
      default:
        return axis satisfies never;
    }
  }

  /** As in the best result that has the parameter. */
  #newlyActive({ name, distribution }: SearchParameter): Json {
    const result = this.#results.find(({ configuration }) => Object.hasOwn(configuration, name));
    return result === undefined ? fromUnit(distribution, this.#next()) : result.configuration[name]!;
  }
}

/** Into [0, 1] by reflection at the nearer end. */
function reflect(unit: number): number {
  return Math.min(1, Math.max(0, unit < 0 ? -unit : unit > 1 ? 2 - unit : unit));
}
