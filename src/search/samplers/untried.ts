import { RandomStream, type Json } from "../../base/index.ts";
import {
  configurationKey,
  drawFeasible,
  fromUnit,
  type Configuration,
  type SearchParameter,
} from "../space/index.ts";
import type { SuggestOptions } from "./sampler.ts";

/** Where one configuration in a hundred is left, all draws miss it once in 20,000 times. */
const mostDraws = 1000;
/** Indices that one draw may use up for attempts at keeping the constraints. */
const indicesPerDraw = 2 ** 17;

/**
 * A random configuration that was not tried, unless so many draws give none: then all are as good as tried.
 *
 * @param valueAt the value of a parameter at a uniform number
 */
export function drawUntried(
  { number, retry, seed, space }: Pick<SuggestOptions, "number" | "retry" | "seed" | "space">,
  isTried: (key: string) => boolean,
  valueAt: (parameter: SearchParameter, unit: number) => Json = ({ distribution }, unit) =>
    fromUnit(distribution, unit),
): Configuration {
  const again = retry === 0 ? [] : ["retry", retry];
  const streams = new Map(
    space.parameters.map(({ name }) => [name, new RandomStream(seed, "untried", number, name, ...again)]),
  );
  const draw = (index: number) =>
    drawFeasible(space, (parameter, attempt) =>
      valueAt(parameter, streams.get(parameter.name)!.uniform(index * indicesPerDraw + attempt)),
    );
  let configuration = draw(0);
  for (let index = 1; index < mostDraws && isTried(configurationKey(configuration)); index++) {
    configuration = draw(index);
  }
  return configuration;
}
