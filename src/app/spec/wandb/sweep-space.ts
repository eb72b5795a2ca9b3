/** The `parameters` of a W&B sweep as a list: nested mappings flattened, each entry complete, a grid's values listed. */
import { toSeed, type Json, type Seed } from "../../../base/index.ts";
import { createSpace, fromUnit, gridValues, type Distribution } from "../../../search/space/index.ts";
import { withValueAt } from "../document-schema.ts";
import { valueText, type SourcePath } from "../problems.ts";
import { ParameterFault, parameterDistribution } from "../search-parameter.ts";
import type { ParameterEntry } from "../search-schema.ts";
import type { Notes } from "./notes.ts";
import type { SweepSource } from "./read-sweep.ts";
import { sweepParameter } from "./sweep-parameter.ts";

export interface SweepParameter {
  /** Its name in the search space: as people wrote it, nested ones joined by dots. */
  readonly name: string;
  /** Where its value goes in the trial's document. */
  readonly keys: readonly string[];
  /** Where it stands in the sweep. */
  readonly path: SourcePath;
  readonly entry: ParameterEntry;
  readonly distribution: Distribution;
}

export interface SweepSpace {
  readonly parameters: readonly SweepParameter[];
  /** Keys at the top of the document, in order. */
  readonly keys: readonly string[];
  /** What such a key is called by people, where that differs. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Each parameter at its place, with a value that it can have. */
  readonly values: Readonly<Record<string, Json>>;
}

export interface SweepSpaceOptions {
  readonly source: Pick<SweepSource, "textOf">;
  readonly notes: Notes;
  readonly isGrid: boolean;
}

/** How many values of a range a grid tries: W&B would go on for ever. */
const gridPoints = 5;

/** Keys of the document that no parameter may take. */
const reserved: readonly string[] = ["command", "__proto__"];

/** Problems are left to `notes`. */
export function sweepSpace(given: unknown, { source, notes, isGrid }: SweepSpaceOptions): SweepSpace {
  const found: SweepParameter[] = [];
  const read = (raw: unknown, keys: readonly string[], path: SourcePath): void => {
    const nested = nestedIn(raw);
    if (nested !== undefined) {
      if (!nested.isMarked) {
        notes.warn(path, `${keys.join(".")}: its mapping is read as nested \`parameters\`.`);
      }
      const below = nested.isMarked ? [...path, "parameters"] : path;
      for (const [key, inner] of Object.entries(nested.parameters)) {
        read(inner, [...keys, ...key.split(".").map(solid)], [...below, key]);
      }
      return;
    }
    const name = keys.join(".");
    const entry = sweepParameter(raw, { path, name, notes, textOf: source.textOf });
    const complete = entry === undefined ? undefined : withDistribution(entry, path, notes);
    if (complete === undefined) return;
    const listed = isGrid ? listValues(complete, { name, path, notes }) : complete;
    found.push({ name, keys, path, ...listed });
  };
  const entries = Object.entries(given as Readonly<Record<string, unknown>>);
  for (const [key, raw] of entries) read(raw, [key], ["parameters", key]);
  return renameKeys(found, { order: entries.map(([key]) => key), notes });
}

/** The parameters inside a nested one; undefined of a parameter that has a value itself. */
function nestedIn(
  raw: unknown,
): { readonly parameters: Readonly<Record<string, unknown>>; readonly isMarked: boolean } | undefined {
  if (!isMapping(raw)) return undefined;
  if (isMapping(raw["parameters"])) return { parameters: raw["parameters"], isMarked: true };
  const inner = Object.values(raw);
  const isNested =
    inner.length > 0 &&
    inner.every((one) => isMapping(one) && (hasValues(one) || nestedIn(one) !== undefined));
  return isNested && !hasValues(raw) ? { parameters: raw, isMarked: false } : undefined;
}

function hasValues(entry: Readonly<Record<string, unknown>>): boolean {
  return ["value", "values", "distribution", "min", "max"].some((key) => Object.hasOwn(entry, key));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Complete {
  readonly entry: ParameterEntry;
  readonly distribution: Distribution;
}

function withDistribution(entry: ParameterEntry, path: SourcePath, notes: Notes): Complete | undefined {
  try {
    const distribution = parameterDistribution(entry, true);
    return {
      entry,
      distribution: createSpace([{ name: "parameter", distribution }]).parameters[0]!.distribution,
    };
  } catch (error) {
    const isFault = error instanceof ParameterFault && error.key !== undefined;
    const message = (error as Error).message.replace("parameter `parameter`: ", "");
    notes.refuse(isFault ? [...path, error.key] : path, message);
    return undefined;
  }
}

/** The entry with values in place of a range that a grid cannot list. */
function listValues(
  complete: Complete,
  { name, path, notes }: { readonly name: string; readonly path: SourcePath; readonly notes: Notes },
): Complete {
  const { entry, distribution } = complete;
  if (entry.distribution === "categorical_w_probabilities") {
    const { values } = entry;
    notes.warn(path, `${name}: a grid tries each value once, whatever its probability.`);
    return withDistribution({ distribution: "categorical", values }, path, notes) ?? complete;
  }
  const listed = gridValues(distribution);
  if (listed !== null) {
    if (entry.distribution === "q_uniform" && listed.at(-1) === entry.max) {
      notes.warn(path, `${name}: the grid has ${valueText(entry.max)} too, which W&B leaves out.`);
    }
    return complete;
  }
  const isBounded = "low" in distribution;
  const units = Array.from({ length: gridPoints }, (_, index) =>
    isBounded ? index / (gridPoints - 1) : (index + 0.5) / gridPoints,
  );
  const values = [...new Set(units.map((unit) => rounded(fromUnit(distribution, unit), isBounded)))];
  const ordered = { distribution: "categorical", values, ordered: true } as ParameterEntry;
  notes.warn(
    path,
    `${name}: W&B's grid has no end over a range; ${values.length} values are tried: ${values.map(valueText).join(", ")}.`,
  );
  return withDistribution(ordered, path, notes) ?? complete;
}

/** As a person would write a point of a range; its ends stay as they are. */
function rounded(value: Json, isBounded: boolean): Json {
  if (typeof value !== "number" || Number.isInteger(value)) return value;
  // The middle of a bell around 0 is not quite 0.
  return Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(isBounded ? 6 : 4));
}

/** No part of a dotted name may be empty. */
function solid(key: string): string {
  return key === "" ? "_" : key;
}

/** Names that the document or the search space cannot have get another key; the program is given their own. */
function renameKeys(
  found: readonly SweepParameter[],
  { order, notes }: { readonly order: readonly string[]; readonly notes: Notes },
): SweepSpace {
  const renamed: Record<string, string> = {};
  const taken = new Set(found.flatMap(({ keys }) => (keys.length === 1 ? keys : [])));
  const keys: string[] = [];
  const parameters: SweepParameter[] = [];
  for (const key of order) {
    const own = found.filter((one) => one.keys[0] === key);
    if (own.length === 0) continue;
    const isClear =
      !reserved.includes(key) &&
      !key.split(".").includes("") &&
      !(key === "seed" && !own.every(isSeed)) &&
      !own.some(({ name, keys: at }) => at.length > 1 && taken.has(name));
    let used = key;
    if (!isClear) {
      used = `${key.split(".").map(solid).join(".")}_`;
      while (taken.has(used) || order.includes(used)) used += "_";
      renamed[used] = key;
      notes.warn(
        ["parameters", key],
        `${key}: is called \`${used}\` in tables; the program is given \`${key}\`.`,
      );
    }
    taken.add(used);
    keys.push(used);
    for (const one of own) {
      const at = [used, ...one.keys.slice(1)];
      parameters.push({ ...one, keys: at, name: at.join(".") });
    }
  }
  const values = parameters.reduce<unknown>(
    (document, one) => withValueAt(document, one.keys, fromUnit(one.distribution, 0)),
    {},
  );
  return { parameters, keys, renamed, values: values as Readonly<Record<string, Json>> };
}

/** True when every value is one that a trial's seed can have. */
function isSeed({ distribution, keys }: SweepParameter): boolean {
  if (keys.length > 1) return false;
  const values = distribution.kind === "integer" ? [distribution.low] : (gridValues(distribution) ?? [0.5]);
  try {
    for (const value of values) toSeed(value as Seed | number);
    return true;
  } catch {
    return false;
  }
}
