/**
 * Writes what the peers' scripts need: spaces, noise and, of each problem, 50 points to compare formulas at.
 *
 *     node bench/search/peers/exchange.ts > FILE
 */
import { toSeed } from "../../../src/base/index.ts";
import { createSampler } from "../../../src/search/index.ts";
import { question } from "../../../src/testing/optimise.ts";
import { problems } from "../problems/registry.ts";
import { mostSeeds, mostTrials, noiseOf } from "../score.ts";

const points = 50;

const described = problems.map((problem) => {
  const { name, space, noise = 0, reference = null } = problem;
  const random = createSampler({ name: "random", options: {} }, space);
  const configurations = Array.from(
    { length: points },
    (_, number) => random.suggest(question({ number, seed: toSeed(7), space }))!.configuration,
  );
  const losses = configurations.map((configuration) => problem.evaluate(configuration));
  return { name, space, noise, reference, kind: problem.kind, points: { configurations, losses } };
});
const normals = Array.from({ length: mostSeeds }, (_, index) =>
  Array.from({ length: mostTrials }, (_trial, number) => noiseOf(toSeed(index + 1), number)),
);
console.log(JSON.stringify({ problems: described, normals }));
