import { nearestName, suggestName, type Json } from "../../base/index.ts";
import { expressionOf, type DerivedValue } from "./derived.ts";
import { invalidSpace } from "./invalid-space.ts";
import type { Configuration, SearchSpace } from "./search-space.ts";

/**
 * A copy of the document with each parameter set at its dotted path. A number in a path is an index into a list. A name
 * that is a key of the document as a whole, dots included, sets that key.
 *
 * @param space whose conditional parameters may set keys that the document lacks: it has none where they are not active.
 * @throws INVALID_SPACE for a path that is not in the document, with the nearest path that is.
 */
export function applyConfiguration(
  document: Json,
  configuration: Configuration,
  space: Pick<SearchSpace, "parameters" | "derived"> = { parameters: [] },
): Json {
  const conditional = new Set(
    space.parameters.filter(({ when }) => when !== undefined).map(({ name }) => name),
  );
  const copy = structuredClone<Json>(document);
  for (const [path, value] of Object.entries(configuration)) {
    const keys = [...(conditional.has(path) ? newKeysOf(copy, path) : keysOf(copy, path))];
    const last = keys.pop()!;
    const place = follow(copy, keys);
    if (!holds(place, last) && !(conditional.has(path) && isMapping(place)))
      throw unknownPath(document, path);
    (place as Record<string, Json>)[last] = structuredClone<Json>(value);
  }
  for (const derived of space.derived ?? []) setDerived(copy, derived);
  return copy;
}

/** Computed from the document as it stands, with everything before it set. */
function setDerived(document: Json, derived: DerivedValue): void {
  const { name } = derived;
  const value = expressionOf(derived).value((path) => {
    const found = follow(document, keysOf(document, path));
    if (typeof found === "number") return found;
    const received = found === undefined ? "nothing" : JSON.stringify(found);
    throw invalidSpace(
      `derived value \`${name}\`: \`${path}\` must be a number of the document, got ${received}.`,
      {
        hint:
          found === undefined
            ? suggestName(path, [...listPaths(document)])
            : "Name a path that holds a number.",
      },
    );
  });
  if (!Number.isFinite(value)) {
    throw invalidSpace(
      `derived value \`${name}\`: \`${derived.value}\` must be a finite number, got ${value}.`,
    );
  }
  const keys = [...keysOf(document, name)];
  const last = keys.pop()!;
  const place = follow(document, keys);
  if (!holds(place, last) && !isMapping(place)) throw unknownPath(document, name);
  (place as Record<string, Json>)[last] = value;
}

/**
 * @throws INVALID_SPACE for the first parameter whose path is not in the document, with the nearest path that is, and for two
 *   that set the same place.
 */
export function checkPaths(document: Json, space: SearchSpace): void {
  const paths = space.parameters.map(({ name, when }) => ({
    name,
    keys: when === undefined ? keysOf(document, name) : newKeysOf(document, name),
  }));
  for (const [index, { name, keys }] of paths.entries()) {
    const other = paths.slice(0, index).find((earlier) => isWithin(earlier.keys, keys));
    if (other === undefined) continue;
    throw invalidSpace(
      `search space: parameters \`${other.name}\` and \`${name}\` set the same place of the document.`,
      { hint: "Search either the whole or its parts." },
    );
  }
  for (const [index, { name, when }] of space.parameters.entries()) {
    const { keys } = paths[index]!;
    const isAdded = when !== undefined && isMapping(follow(document, keys.slice(0, -1)));
    if (!isAdded && follow(document, keys) === undefined) throw unknownPath(document, name);
  }
}

/** Where a name leads: to a key that is the whole name, else along its parts. */
function keysOf(document: Json, name: string): readonly string[] {
  return holds(document, name) ? [name] : name.split(".");
}

/** The same of a conditional name, which the document may lack: where its parts lead nowhere, the whole name is a key of its own. */
function newKeysOf(document: Json, name: string): readonly string[] {
  const keys = keysOf(document, name);
  return isMapping(follow(document, keys.slice(0, -1))) ? keys : [name];
}

/** True when one of two paths leads to the other's end or on from there. */
function isWithin(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((key, index) => key === b[index]);
}

function isMapping(place: Json | undefined): boolean {
  return typeof place === "object" && place !== null && !Array.isArray(place);
}

function holds(place: Json | undefined, key: string): place is Json & object {
  const isCount = Array.isArray(place) && key === "length";
  return typeof place === "object" && place !== null && !isCount && Object.hasOwn(place, key);
}

function follow(document: Json, keys: readonly string[]): Json | undefined {
  let place: Json | undefined = document;
  for (const key of keys) {
    if (!holds(place, key)) return undefined;
    place = (place as { readonly [key: string]: Json })[key];
  }
  return place;
}

function unknownPath(document: Json, path: string): Error {
  const nearest = nearestName(path, listPaths(document));
  return invalidSpace(
    `parameter \`${path}\`: the path must exist in the trial's document, got none of that name` +
      `${nearest === undefined ? "" : `; did you mean \`${nearest}\`?`}${nearest === undefined ? "." : ""}`,
    {
      hint: "Name a parameter by the path which it sets, for example training.learningRate.",
      facts: { path, nearest },
    },
  );
}

function* listPaths(value: Json, prefix = ""): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    yield prefix + key;
    yield* listPaths(item, `${prefix}${key}.`);
  }
}
