/** From one column of a table to features: what is learned from the training split, and what is then done to any examples. */
import { TunesmithError } from "../../../base/index.ts";
import type { Column } from "../dataset.ts";
import type { Examples } from "../examples.ts";
import type { PreprocessingDocument } from "./fields.ts";
import { fillValue } from "./fill-values.ts";
import type { ColumnEncoding } from "./table-encoding.ts";

/** As many 0-1 features for one column are a column of ids, not of categories. */
const mostFeatures = 10_000;
/** Of a name that no training example has, among the numbers of names. */
const unseen = -1;

export interface FittedColumn {
  readonly featureNames: readonly string[];
  /** Writes the column of all examples, from feature `offset` on; `out` holds zeros. */
  write(examples: Examples, out: { readonly features: Float32Array; readonly offset: number }): void;
  /** @param isFilled whether any value of the data set's is filled in */
  describe(isFilled: boolean): ColumnEncoding;
}

export interface FitColumnOptions {
  readonly column: Column;
  /** Of the column among those of the examples. */
  readonly index: number;
  readonly examples: Examples;
  /** Which of the examples may be learned from, in ascending order, which is that of memory. */
  readonly train: Int32Array;
  /** How many of those have no value in the column. */
  readonly missing: number;
  readonly preprocessing: Pick<PreprocessingDocument, "missing" | "categories">;
}

export function fitColumn(options: FitColumnOptions): FittedColumn {
  return options.column.categories === null ? fitNumbers(options) : fitNames(options);
}

/** The column's values of the training examples, but for missing ones. */
function presentValues({ examples, train, index }: FitColumnOptions): Float32Array {
  const { features } = examples;
  const width = examples.shape[0]!;
  const values = new Float32Array(train.length);
  let count = 0;
  for (const row of train) {
    const value = features[row * width + index]!;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

function fitNumbers(options: FitColumnOptions): FittedColumn {
  const { column, index, missing, preprocessing } = options;
  // Most columns have no gaps and never need it.
  let fill: number | undefined;
  const filling = (): number => {
    if (fill !== undefined) return fill;
    const values = presentValues(options);
    if (values.length === 0 && preprocessing.missing !== "zero") throw nothingToLearnFrom(column.name);
    // Where gaps are refused, none come this far.
    fill = fillValue(preprocessing.missing === "refuse" ? "zero" : preprocessing.missing, values);
    return fill;
  };
  return {
    featureNames: [column.name],
    write({ features: from, count, shape }, { features, offset }) {
      const [width, outWidth] = [shape[0]!, features.length / count];
      for (let row = 0; row < count; row++) {
        const value = from[row * width + index]!;
        features[row * outWidth + offset] = Number.isNaN(value) ? filling() : value;
      }
    },
    describe: (isFilled) => ({
      name: column.name,
      names: null,
      missing,
      filledWith: isFilled ? filling() : null,
    }),
  };
}

function fitNames(options: FitColumnOptions): FittedColumn {
  const { column, index, missing, preprocessing } = options;
  const { name, categories } = column;
  const values = presentValues(options);
  const counts = new Int32Array(categories!.length);
  for (const value of values) counts[value]! += 1;
  const names = categories!.filter((_, category) => counts[category]! > 0);
  const isOneHot = preprocessing.categories === "one-hot";
  if (isOneHot && names.length > mostFeatures) throw tooManyNames(name, names.length);
  // [categories], a category's number among those of the training split
  let known = 0;
  const numbers = Int32Array.from(counts, (count) => (count > 0 ? known++ : unseen));
  const isZero = preprocessing.missing === "zero" || preprocessing.missing === "refuse";
  let fill: number | undefined;
  const filling = (): number => {
    if (isZero) return unseen;
    if (values.length === 0) throw nothingToLearnFrom(name);
    return (fill ??= counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0)));
  };
  const numberOf = (category: number) => (category === unseen ? unseen : numbers[category]!);
  return {
    featureNames: isOneHot ? names.map((category) => `${name}=${category}`) : [name],
    write({ features: from, count, shape }, { features, offset }) {
      const [width, outWidth] = [shape[0]!, features.length / count];
      for (let row = 0; row < count; row++) {
        const value = from[row * width + index]!;
        const number = numberOf(Number.isNaN(value) ? filling() : value);
        if (!isOneHot) features[row * outWidth + offset] = number;
        else if (number !== unseen) features[row * outWidth + offset + number] = 1;
      }
    },
    describe: (isFilled) => ({
      name,
      names,
      missing,
      filledWith: isFilled && !isZero ? categories![filling()]! : null,
    }),
  };
}

function nothingToLearnFrom(column: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `data.preprocessing: \`missing\` needs a value of the column \`${column}\` in the training split to fill gaps from, got none.`,
    hint: "Leave the column out by `ignore`, or fill with `zero`.",
    facts: { column },
  });
}

function tooManyNames(column: string, names: number): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `data.preprocessing: one-hot columns can stand for at most ${mostFeatures} names, got ${names} in \`${column}\`.`,
    hint: "Leave a column of ids or free text out by `ignore`; else set `data.preprocessing.categories: index`.",
    facts: { column, names },
  });
}
