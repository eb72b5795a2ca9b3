import { z } from "zod";

const columnNames = z.array(z.string().min(1)).max(65_536);

/** What a document may say of a file of separated values, but for its kind and delimiter. */
export const tableFields = {
  /** Of a study file, relative to its folder. */
  path: z.string().min(1),
  /** The column to predict, or several of numbers. */
  target: z.union([z.string().min(1), columnNames.min(1)]),
  /** Defaults to what the target holds: classification for text, regression for numbers. */
  task: z.enum(["classification", "regression"]).optional(),
  /** Whether the first line names the columns; they are `column1`, `column2` and so on where it does not. */
  header: z.boolean().default(true),
  /** The features. Defaults to all columns but those of `target`, `group` and `ignore`. */
  columns: columnNames.min(1).optional(),
  /** Columns that are no features, such as numbers of rows. */
  ignore: columnNames.optional(),
  /** Columns of numbers that are names: postcodes, codes of a questionnaire. */
  categorical: columnNames.optional(),
  /** Texts that mean a missing value. */
  missing: z.array(z.string().max(100)).default(["", "NA", "N/A", "NaN", "nan", "null", "?"]),
  /** A column whose equal values stay together in every split; it is no feature. */
  group: z.string().min(1).optional(),
  /** A file with the same columns for the final test. It is not read before that. */
  test: z.string().min(1).optional(),
};

/** One character that neither quoting nor the ends of lines need. */
export const delimiterSchema = z
  .string()
  .length(1)
  .refine(
    (text) => !'"\r\n\uFEFF'.includes(text),
    "expected a character other than a quote or the end of a line",
  );

const settingsSchema = z.strictObject({ ...tableFields, delimiter: delimiterSchema });

export type TableSettings = Readonly<z.output<typeof settingsSchema>>;

export const targetsOf = ({ target }: Pick<TableSettings, "target">): readonly string[] =>
  typeof target === "string" ? [target] : target;
