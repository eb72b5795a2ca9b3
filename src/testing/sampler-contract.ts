import { describe, expect, it } from "vitest";

import { toSeed } from "../base/index.ts";
import { containsConfiguration, createSpace, type SearchSpace } from "../search/space/index.ts";
import type { Sampler } from "../search/samplers/index.ts";
import { question } from "./optimise.ts";

export interface SamplerContractOptions {
  /** A sampler for the space. */
  create(space: SearchSpace): Sampler;
  /** False for samplers that enumerate: spaces then hold no continuous parameter. */
  readonly supportsContinuous: boolean;
  /** Laws that the implementation does not keep, each with its reason. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

/** The laws of `Sampler`, one test each, to be called inside a test file of every implementation. */
export function samplerContract(options: SamplerContractOptions): void {
  const law = (name: string, check: () => void) => {
    const skipped = options.skip?.find(({ test }) => test === name);
    if (skipped === undefined) it(name, check);
    else it.skip(`${name} (${skipped.reason})`, check);
  };
  const spaces = contractSpaces(options.supportsContinuous);
  const seed = toSeed(2026);

  const suggestAll = (space: SearchSpace, numbers: readonly number[]) => {
    const sampler = options.create(space);
    return new Map(
      numbers.map((number) => [number, sampler.suggest(question({ number, seed, space }))!] as const),
    );
  };
  const numbersOf = (space: SearchSpace) =>
    Array.from({ length: Math.min(40, options.create(space).size ?? 40) }, (_, number) => number);

  describe("sampler contract", () => {
    law(
      "membership: every suggestion assigns exactly the space's parameters, inside their distributions",
      () => {
        for (const space of spaces) {
          for (const { configuration } of suggestAll(space, numbersOf(space)).values()) {
            expect(containsConfiguration(space, configuration), JSON.stringify(configuration)).toBe(true);
          }
        }
      },
    );

    law("purity: suggestions do not depend on the order in which numbers are asked for", () => {
      for (const space of spaces) {
        const numbers = numbersOf(space);
        const forwards = suggestAll(space, numbers);
        const backwards = suggestAll(space, numbers.toReversed());
        for (const number of numbers) expect(backwards.get(number)).toEqual(forwards.get(number));
      }
    });

    law("purity: asking twice gives the same suggestion", () => {
      for (const space of spaces) {
        const sampler = options.create(space);
        const ask = () => sampler.suggest(question({ seed, space }));
        expect(ask()).toEqual(ask());
      }
    });

    law("JSON: a suggestion comes back unchanged from its text", () => {
      for (const space of spaces) {
        for (const configuration of suggestAll(space, numbersOf(space)).values()) {
          expect(JSON.parse(JSON.stringify(configuration))).toEqual(configuration);
        }
      }
    });

    law("reason: every suggestion says why it was made", () => {
      for (const space of spaces) {
        for (const { why } of suggestAll(space, numbersOf(space)).values()) {
          expect(why.message).not.toBe("");
        }
      }
    });

    law("a space of constants alone gives that one configuration", () => {
      const space = createSpace([
        { name: "a", distribution: { kind: "constant", value: { deep: [1, null] } } },
      ]);
      expect(suggestAll(space, [0]).get(0)!.configuration).toEqual({ a: { deep: [1, null] } });
    });

    law("a space of one parameter is searched", () => {
      const space = createSpace([{ name: "a", distribution: { kind: "categorical", values: [1, 2, 3] } }]);
      const seen = [...suggestAll(space, numbersOf(space)).values()].map(
        ({ configuration }) => configuration["a"],
      );
      expect(new Set(seen)).toEqual(new Set([1, 2, 3]));
    });
  });
}

function contractSpaces(supportsContinuous: boolean): readonly SearchSpace[] {
  const discrete = [
    { name: "model.hidden", distribution: { kind: "categorical", values: [[64], [128, 64]] } },
    { name: "model.activation", distribution: { kind: "constant", value: "relu" } },
    { name: "training.epochs", distribution: { kind: "integer", low: 1, high: 5, step: 2 } },
    { name: "training.dropout", distribution: { kind: "float", low: 0, high: 0.5, step: 0.1 } },
    { name: "training.batchSize", distribution: { kind: "integer", low: 1, high: 4, scale: "log" } },
  ];
  const continuous = [
    { name: "training.learningRate", distribution: { kind: "float", low: 1e-5, high: 1, scale: "log" } },
    { name: "training.momentum", distribution: { kind: "float", low: -1, high: 1 } },
  ];
  return [
    createSpace(discrete),
    createSpace(discrete.slice(0, 1)),
    createSpace([{ name: "only", distribution: { kind: "constant", value: null } }]),
    ...(supportsContinuous ? [createSpace([...continuous, ...discrete]), createSpace(continuous)] : []),
  ];
}
