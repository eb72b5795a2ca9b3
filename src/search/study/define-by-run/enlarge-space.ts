import { canonicalJson, TunesmithError, type Json } from "../../../base/index.ts";
import { createSpace, type Distribution, type SearchParameter, type SearchSpace } from "../../space/index.ts";

/** The space with everything that was asked for: new parameters at the end, known ones as wide as both. @throws INVALID_SPACE */
export function enlargedSpace(space: SearchSpace, asked: readonly SearchParameter[]): SearchSpace {
  const known = space.parameters.map((parameter) => {
    const other = asked.find(({ name }) => name === parameter.name);
    return other === undefined ? parameter : { ...parameter, distribution: widened(parameter, other) };
  });
  const added = asked.filter(({ name }) => space.parameters.every((parameter) => parameter.name !== name));
  return createSpace([...known, ...added]);
}

function widened(
  { name, distribution }: SearchParameter,
  { distribution: other }: SearchParameter,
): Distribution {
  if (distribution.kind === "categorical" && other.kind === "categorical") {
    const texts = new Set(distribution.values.map((value) => canonicalJson(value)));
    const values = [
      ...distribution.values,
      ...other.values.filter((value) => !texts.has(canonicalJson(value))),
    ];
    return { ...distribution, values };
  }
  if (
    (distribution.kind === "float" && other.kind === "float") ||
    (distribution.kind === "integer" && other.kind === "integer")
  ) {
    const low = Math.min(distribution.low, other.low);
    const high = Math.max(distribution.high, other.high);
    return { ...other, low, high };
  }
  throw new TunesmithError("INVALID_SPACE", {
    message: `parameter \`${name}\`: it must be of one kind in all trials, got ${other.kind} after ${distribution.kind}.`,
    hint: "Give one of them another name.",
    facts: { parameter: name },
  });
}

/** A document with a place for every parameter and a value for none: what a trial does not ask for it does not have. */
export function emptyDocument({ parameters }: SearchSpace): Json {
  const document: Record<string, Json> = {};
  for (const { name } of parameters) {
    const keys = name.split(".");
    const last = keys.pop()!;
    const place = keys.reduce((at, key) => (at[key] ??= {}) as Record<string, Json>, document);
    place[last] = null;
  }
  return document;
}
