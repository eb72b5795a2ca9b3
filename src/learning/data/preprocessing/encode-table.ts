/**
 * Tables as the network takes them: gaps filled, names as 0-1 columns. Everything that is learned for it is learned from the
 * training split; the rest, and the test split later on, is treated as new examples would be.
 */
import { internalError, TunesmithError } from "../../../base/index.ts";
import type { Column, Dataset } from "../dataset.ts";
import type { Examples } from "../examples.ts";
import type { PreprocessingDocument } from "./fields.ts";
import { fitColumn } from "./fit-column.ts";
import type { TableEncoding } from "./table-encoding.ts";

/** 8 GiB of floats. */
const mostValues = 2 ** 31;

export interface EncodedTable {
  readonly examples: Examples;
  readonly shape: readonly number[];
  /** The same for other examples of the data set. */
  readonly prepare: (examples: Examples) => Examples;
  readonly table: TableEncoding;
}

/**
 * Null for what is no table: bytes and images. A table of numbers without gaps keeps its examples.
 *
 * @param train which examples may be learned from
 * @throws INVALID_DATA when values are missing and nothing says what stands in for them, or a column has too many names
 */
export function encodeTable(
  dataset: Pick<Dataset, "examples" | "columns" | "shape">,
  train: Int32Array,
  preprocessing: Pick<PreprocessingDocument, "missing" | "categories">,
): EncodedTable | null {
  const { examples, shape } = dataset;
  if (shape.length !== 1 || examples.features instanceof Uint8Array) return null;
  const columns = dataset.columns ?? numberedColumns(shape[0]!);
  const missing = countMissing(examples);
  if (preprocessing.missing === "refuse") refuseMissing(missing, columns, examples.count);
  const sorted = train.toSorted();
  const gaps = countMissing(examples, sorted);
  const fitted = columns.map((column, index) =>
    fitColumn({ column, index, examples, train: sorted, missing: gaps[index]!, preprocessing }),
  );
  const featureNames = fitted.flatMap((column) => column.featureNames);
  const width = featureNames.length;
  if (width === 0) throw nothingLeft(columns);
  const areNumbers = columns.every(({ categories }) => categories === null);
  const encode = (raw: Examples, counts: Int32Array): Examples => {
    if (areNumbers && counts.every((count) => count === 0)) return raw;
    checkSize(raw.count, width);
    const features = new Float32Array(raw.count * width);
    let offset = 0;
    for (const column of fitted) {
      column.write(raw, { features, offset });
      offset += column.featureNames.length;
    }
    return { ...raw, shape: [width], features };
  };
  const prepare = (raw: Examples): Examples => {
    if (raw.shape.length !== 1 || raw.shape[0] !== columns.length) {
      throw internalError(
        `a table of ${columns.length} columns is to prepare examples of ${raw.shape.join("x")}`,
      );
    }
    const counts = countMissing(raw);
    if (preprocessing.missing === "refuse") refuseMissing(counts, columns, raw.count);
    return encode(raw, counts);
  };
  return {
    examples: encode(examples, missing),
    shape: [width],
    prepare,
    table: {
      columns: fitted.map((column, index) => column.describe(missing[index]! > 0)),
      featureNames,
    },
  };
}

const numberedColumns = (count: number): Column[] =>
  Array.from({ length: count }, (_, index) => ({ name: `feature${index + 1}`, categories: null }));

/**
 * [columns]
 *
 * @param indices of the examples to count in; defaults to all
 */
function countMissing({ features, count, shape }: Examples, indices?: Int32Array): Int32Array {
  const width = shape[0]!;
  const missing = new Int32Array(width);
  const rows = indices?.length ?? count;
  for (let row = 0; row < rows; row++) {
    const start = (indices === undefined ? row : indices[row]!) * width;
    for (let column = 0; column < width; column++) {
      if (Number.isNaN(features[start + column]!)) missing[column]! += 1;
    }
  }
  return missing;
}

function refuseMissing(missing: Int32Array, columns: readonly Column[], count: number): void {
  const gaps = columns.flatMap(({ name }, index) =>
    missing[index]! > 0 ? [{ name, missing: missing[index]! }] : [],
  );
  if (gaps.length === 0) return;
  const shown = gaps.slice(0, 5).map((gap) => `${gap.missing} of ${count} in \`${gap.name}\``);
  const more = gaps.length > 5 ? ` and more in ${gaps.length - 5} other columns` : "";
  throw new TunesmithError("INVALID_DATA", {
    message: `data.preprocessing: \`missing\` must say what stands in for missing values, got ${shown.join(", ")}${more}.`,
    hint: "Set `data.preprocessing.missing` to `mean`, `median`, `most-frequent` or `zero`, or leave those columns out by `ignore`.",
    facts: { columns: gaps, count },
  });
}

function nothingLeft(columns: readonly Column[]): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `data.preprocessing: a column must have a name in the training split to learn from, got none in all ${columns.length}.`,
    hint: "Give the training split more examples, or name other columns.",
    facts: { columns: columns.length },
  });
}

function checkSize(count: number, width: number): void {
  if (count * width <= mostValues) return;
  throw new TunesmithError("INVALID_DATA", {
    message: `data.preprocessing: encoded examples can have at most ${mostValues} values, got ${count} x ${width}.`,
    hint: "Leave columns with many names out by `ignore`; else set `data.preprocessing.categories: index`.",
    facts: { count, width },
  });
}
