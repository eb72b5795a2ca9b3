/** The registry of sources: every kind of data that a document can name. */
import { z } from "zod";

import { suggestName, TunesmithError } from "../../../base/index.ts";
import { blobs } from "./blobs.ts";
import { checkerboard } from "./checkerboard.ts";
import { circles } from "./circles.ts";
import { csv, tsv } from "./csv.ts";
import { cifar10, cifar100 } from "./cifar.ts";
import { custom } from "./custom.ts";
import { digits } from "./digits.ts";
import {
  emnistBalanced,
  emnistByClass,
  emnistByMerge,
  emnistDigits,
  emnistLetters,
  emnistMnist,
} from "./emnist.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { friedman1 } from "./friedman1.ts";
import { imageFolder } from "./image-folder.ts";
import { idx } from "./idx.ts";
import { kmnist } from "./kmnist.ts";
import { mnist } from "./mnist.ts";
import { npy } from "./npy.ts";
import { npz } from "./npz.ts";
import { moons } from "./moons.ts";
import { regions } from "./regions.ts";
import { namedSource, type DatasetSource, type SourceKind, type SourceOptions } from "./source.ts";
import { spirals } from "./spirals.ts";

const kinds = {
  "fashion-mnist": namedSource("fashion-mnist", fashionMnist),
  mnist: namedSource("mnist", mnist),
  kmnist: namedSource("kmnist", kmnist),
  "emnist-letters": namedSource("emnist-letters", emnistLetters),
  "emnist-digits": namedSource("emnist-digits", emnistDigits),
  "emnist-balanced": namedSource("emnist-balanced", emnistBalanced),
  "emnist-mnist": namedSource("emnist-mnist", emnistMnist),
  "emnist-byclass": namedSource("emnist-byclass", emnistByClass),
  "emnist-bymerge": namedSource("emnist-bymerge", emnistByMerge),
  "cifar-10": cifar10,
  "cifar-100": cifar100,
  "image-folder": imageFolder,
  idx,
  digits: namedSource("digits", digits),
  regions,
  spirals,
  moons,
  circles,
  blobs,
  checkerboard,
  friedman1: namedSource("friedman1", friedman1),
  csv,
  tsv,
  npy,
  npz,
  custom,
};

type Kinds = typeof kinds;
type Kind = keyof Kinds;

/** Kinds whose settings may all be left out: their name alone is a data set. */
type NamedKind = {
  [K in Kind]: { kind: K } extends z.input<Kinds[K]["schema"]> ? K : never;
}[Kind];

/** What stands at `data.dataset`, with the settings' defaults filled in: a name where a kind has no settings. */
export type DatasetReference = NamedKind | z.output<Kinds[Kind]["schema"]>;

/** As a person writes it. */
export type DatasetInput = NamedKind | z.input<Kinds[Kind]["schema"]>;

export type DatasetName = NamedKind;

const schemaOf = (kind: string): z.ZodType<{ kind: string }> | undefined =>
  Object.hasOwn(kinds, kind) ? kinds[kind as Kind].schema : undefined;

/** The data sets that a name alone stands for. */
export const datasetNames = Object.keys(kinds).filter(
  (kind) => schemaOf(kind)!.safeParse({ kind }).success,
) as [DatasetName, ...DatasetName[]];

const schemas = Object.values(kinds).map(({ schema }) => schema) as unknown as [Kinds["custom"]["schema"]];

export const datasetSchema = z
  .union([z.enum(datasetNames), z.discriminatedUnion("kind", schemas)])
  .transform(asReference) as unknown as z.ZodType<DatasetReference, DatasetInput>;

/** A name's settings are filled in; what has none is its name. */
function asReference(written: unknown): DatasetReference {
  const object = typeof written === "string" ? schemaOf(written)!.parse({ kind: written }) : written;
  const { kind, ...settings } = object as { kind: DatasetName };
  return Object.keys(settings).length === 0 ? kind : (object as DatasetReference);
}

/** The source that a reference stands for; undefined for one of the study file's own, when `options` do not hold it. */
export function datasetSource(
  reference: DatasetReference,
  { custom: own = {} }: Pick<SourceOptions, "custom"> = {},
): DatasetSource | undefined {
  const object = typeof reference === "string" ? { kind: reference } : reference;
  if (object.kind === "custom") return own[(object as { name: string }).name];
  // A document of a store may name what a later version knows, and one that is being checked may be wrong.
  if (!Object.hasOwn(kinds, object.kind)) return undefined;
  const kind = kinds[object.kind as Kind] as unknown as SourceKind;
  const settings = kind.schema.safeParse(object);
  return settings.success ? kind.source(settings.data) : undefined;
}

/** @throws DATA_NOT_FOUND when there is no such data set, or a source of the study file is not among the options */
export function requireSource(reference: DatasetReference, options: SourceOptions = {}): DatasetSource {
  const source = datasetSource(reference, options);
  if (source !== undefined) return source;
  const kind = typeof reference === "string" ? reference : reference.kind;
  if (kind !== "custom") throw unknownDataset(kind);
  const { name } = reference as { name: string };
  throw new TunesmithError("DATA_NOT_FOUND", {
    message: `data: the source \`${name}\` is an object of a TypeScript study file, which must be at hand.`,
    hint: "Keep the study file where it was when the study was created.",
    facts: { name },
  });
}

/**
 * A person's word for a data set, outside of a study file.
 *
 * @throws DATA_NOT_FOUND when there is no data set of that name.
 */
export function parseDatasetName(name: string): DatasetReference {
  if ((datasetNames as readonly string[]).includes(name)) return asReference(name);
  throw unknownDataset(name);
}

function unknownDataset(name: string): TunesmithError {
  const suggestion = suggestName(name, datasetNames);
  return new TunesmithError("DATA_NOT_FOUND", {
    message: `data: expected the name of a data set, got \`${name}\`${suggestion === "" ? "." : `; ${suggestion}`}`,
    hint: "`tunesmith data ls` lists the data sets.",
    facts: { name, allowed: datasetNames },
  });
}

/** Fields of a kind of source that hold paths; none when there is no such kind. */
export function pathFieldsOf(kind: unknown): readonly string[] {
  return typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind as Kind].paths : [];
}
