import type { Json } from "../../base/index.ts";

/** Where a person's mistake is reported and how a record becomes a distribution. */
export type DistributionRecord = Readonly<Record<string, Json | undefined>>;

/**
 * What one kind of distribution can do. A distribution itself is a plain JSON record, so that it is stored, sent and
 * compared as it is; its behaviour lives here, one file per kind.
 *
 * **Membership.** `fromUnit` returns only values that `contains` accepts, for every unit in [0, 1].
 * **Round trip.** `fromUnit(toUnit(value))` is `value` for every value that `fromUnit` returns, exactly.
 * **Order.** `gridValues` come in the order in which a person wrote them, or ascending.
 */
export interface DistributionKind<D extends { readonly kind: string }> {
  readonly kind: D["kind"];
  /** Keys of the record besides `kind`. */
  readonly keys: readonly string[];
  /** Fills in defaults. @throws INVALID_SPACE, its message beginning with `where`. */
  parse(record: DistributionRecord, where: string): D;
  contains(distribution: D, value: Json): boolean;
  /** A point of [0, 1] that stands for the value; for several such points, the middle one. */
  toUnit(distribution: D, value: Json): number;
  /** The value at a point of [0, 1]; a uniform point gives a value drawn from the distribution. */
  fromUnit(distribution: D, unit: number): Json;
  /** Every value, or null when there is a continuum of them or more than `gridLimit`. */
  gridValues(distribution: D): readonly Json[] | null;
  /** What it gives, in words for people. @param text a value as they are to read it */
  describe(distribution: D, text: (value: Json) => string): string;
}

/** Above this many values a single parameter is not enumerated: the list alone would fill the memory. */
export const gridLimit = 100_000;
