import type { Json, Seed } from "../../base/index.ts";
import { applyConfiguration, type Configuration } from "../space/index.ts";
import type { StudyDefinition } from "../trial/index.ts";

/** What a trial's document says beside its parameters. */
export interface DocumentParts {
  readonly seed: Seed;
  /** Length in steps, where the sampler decides it. */
  readonly length?: number;
  /** Which fold validates. */
  readonly fold?: number;
  /** The document whose weights it goes on from, and after how many steps. */
  readonly start?: { readonly document: Json; readonly epochs: number };
}

/**
 * The document of a trial: the study's base document with the trial's seed at the top and every parameter at its path.
 * A parameter named `seed` is searched like any other and wins over the trial's own.
 *
 * @throws INVALID_SPACE for a parameter whose path is not in the document.
 */
export function documentOf(
  definition: Pick<StudyDefinition, "baseDocument" | "space" | "lengthPath">,
  configuration: Configuration,
  { seed, length, fold, start }: DocumentParts,
): Json {
  const { baseDocument, space, lengthPath } = definition;
  const document = { ...(baseDocument as { readonly [key: string]: Json }), seed };
  const settings = {
    ...(length === undefined || lengthPath === undefined ? {} : { [lengthPath]: length }),
    ...(fold === undefined ? {} : { "data.fold": fold }),
  };
  const placed = applyConfiguration(applyConfiguration(document, settings), configuration, space);
  return start === undefined
    ? placed
    : { ...(placed as { readonly [key: string]: Json }), start: { ...start } };
}

/** The value at a dotted path of a document; undefined when there is none. */
export function valueAt(document: Json, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>(
      (at, key) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, key)
          ? (at as { readonly [key: string]: Json })[key]
          : undefined,
      document,
    );
}

/** A trial's length in steps; Infinity when the study does not say where it stands. */
export function lengthOf(document: Json, { lengthPath }: Pick<StudyDefinition, "lengthPath">): number {
  const length = lengthPath === undefined ? undefined : valueAt(document, lengthPath);
  return typeof length === "number" ? length : Number.POSITIVE_INFINITY;
}
