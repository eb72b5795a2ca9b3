import { nearestName, type Json } from "../../base/index.ts";
import { invalidSpace } from "./invalid-space.ts";
import type { Configuration, SearchSpace } from "./search-space.ts";

/**
 * A copy of the document with each parameter set at its dotted path. A number in a path is an index into a list.
 *
 * @throws INVALID_SPACE for a path that is not in the document, with the nearest path that is.
 */
export function applyConfiguration(document: Json, configuration: Configuration): Json {
  const copy = structuredClone<Json>(document);
  for (const [path, value] of Object.entries(configuration)) {
    const keys = path.split(".");
    const last = keys.pop()!;
    const place = follow(copy, keys);
    if (!holds(place, last)) throw unknownPath(document, path);
    (place as Record<string, Json>)[last] = structuredClone<Json>(value);
  }
  return copy;
}

/** @throws INVALID_SPACE for the first parameter whose path is not in the document, with the nearest path that is. */
export function checkPaths(document: Json, space: SearchSpace): void {
  for (const { name } of space.parameters) {
    if (follow(document, name.split(".")) === undefined) throw unknownPath(document, name);
  }
}

function holds(place: Json | undefined, key: string): place is Json & object {
  return typeof place === "object" && place !== null && key !== "length" && Object.hasOwn(place, key);
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
