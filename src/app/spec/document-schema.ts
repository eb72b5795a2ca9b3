/**
 * Questions to the trial document's schema: which paths it has, and whether a value may stand at one.
 *
 * The schema is the only list of what a document may hold; completion, did-you-mean and the checks of search
 * parameters are read from it, so a new option of an optimiser can be searched over on the day that it is declared.
 */
import { z } from "zod";

import type { SourcePath } from "./problems.ts";

/** A zod type with its wrappers (default, optional, pipe ...) taken off. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const definition = schema._zod.def as z.core.$ZodTypeDef & {
    innerType?: z.core.$ZodType;
    in?: z.core.$ZodType;
    out?: z.core.$ZodType;
  };
  switch (definition.type) {
    case "default":
    case "prefault":
    case "optional":
    case "nullable":
    case "readonly":
    case "catch":
      return unwrap(definition.innerType!);
    case "pipe":
      // What a person writes is the input, except for a preprocessing step, whose input says nothing.
      return unwrap(definition.in!._zod.def.type === "transform" ? definition.out! : definition.in!);
    default:
      return schema;
  }
}

function keysOf(schema: z.core.$ZodType): Map<string, z.core.$ZodType> {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return new Map(Object.entries<z.core.$ZodType>(inner.shape));
  if (inner instanceof z.ZodUnion) {
    return new Map(inner.options.flatMap((option) => [...keysOf(option)]));
  }
  return new Map();
}

/** The keys allowed in the mapping at `path`; empty when no mapping stands there. */
export function allowedKeys(schema: z.core.$ZodType, path: SourcePath): string[] {
  let current: z.core.$ZodType | undefined = schema;
  for (const key of path) {
    const inner = unwrap(current);
    current = inner instanceof z.ZodArray ? inner.element : keysOf(inner).get(String(key));
    if (current === undefined) return [];
  }
  return [...keysOf(current).keys()];
}

/** The literals allowed at `path`, where mappings tell their kind; empty when it takes other values. */
export function allowedLiterals(schema: z.core.$ZodType, path: SourcePath): string[] {
  const key = String(path.at(-1));
  let parents = [schema];
  for (const step of path.slice(0, -1)) {
    parents = parents.flatMap(variantsOf).flatMap((variant) => keysOf(variant).get(String(step)) ?? []);
  }
  return parents
    .flatMap(variantsOf)
    .flatMap((variant) => keysOf(variant).get(key) ?? [])
    .map(unwrap)
    .flatMap((inner) => (inner instanceof z.ZodLiteral ? [...inner.values].map(String) : []));
}

function variantsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inner = unwrap(schema);
  return inner instanceof z.ZodUnion ? inner.options.flatMap(variantsOf) : [inner];
}

/** Every dotted path of the document at which a value stands (`training.learningRate`), in declaration order. */
export function documentPaths(schema: z.core.$ZodType, prefix = ""): string[] {
  return [...keysOf(schema)].flatMap(([key, child]) => {
    // A document within the document.
    if (unwrap(child) instanceof z.ZodLazy) return [];
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const below = documentPaths(child, path);
    // Where a name may stand in place of a mapping, the whole can be set too.
    return below.length === 0 || takesNames(child) ? [path, ...below] : below;
  });
}

function takesNames(schema: z.core.$ZodType): boolean {
  return variantsOf(schema).some((variant) => unwrap(variant) instanceof z.ZodEnum);
}

/** A copy of a plain JSON value with `value` at a path; mappings on the way are made when missing. */
export function withValueAt(document: unknown, path: SourcePath, value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  const base = typeof document === "object" && document !== null ? document : {};
  const child = withValueAt((base as Record<string | number, unknown>)[head], rest, value);
  return Array.isArray(base) ? base.with(Number(head), child) : { ...base, [head]: child };
}

/** The value at a path of a plain JSON value, undefined when there is none. */
export function valueAt(document: unknown, path: SourcePath): unknown {
  let current: unknown = document;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current;
}
