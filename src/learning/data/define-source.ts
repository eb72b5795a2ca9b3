import { TunesmithError } from "../../base/index.ts";
import { hashOfExamples } from "./content-hash.ts";
import type { Dataset } from "./dataset.ts";
import type { Examples } from "./examples.ts";
import { LockedSplit, type TestSplitContent } from "./locked-split.ts";
import type { ScalingName } from "./preprocessing/fields.ts";
import type { DatasetSource } from "./sources/source.ts";
import { outputsOf, type Task } from "./task.ts";

/** Features and labels, row-major. */
export interface SourceContent {
  /** [count, ...shape]; bytes for images, NaN for a missing value of a table. */
  readonly features: Uint8Array | Float32Array;
  /** [count], the index of each example's class; or, for regression, [count, targets]. */
  readonly labels: Uint8Array | Float32Array;
  /** [count]; examples of one group are never torn apart by a split. */
  readonly groups?: Int32Array | undefined;
}

export interface SourceDescription {
  /** What the data set is called; a study's records keep it. */
  readonly name: string;
  /** Defaults to the name. */
  readonly title?: string | undefined;
  readonly task: Task;
  /** Shape of one example: [features], or [height, width, channels] of an image. */
  readonly shape: readonly number[];
  /** Defaults to `unit` for images and to `standardize` for tables. */
  readonly defaultScaling?: ScalingName | undefined;
  /** Called in every process that trains; the same content each time. */
  readonly load: () => SourceContent | Promise<SourceContent>;
  /** Called when the test split is opened and not before. Without it a part of the examples is held out. */
  readonly loadTest?: (() => SourceContent | Promise<SourceContent>) | undefined;
}

/** A data set of one's own, for `data.dataset` of a TypeScript study file. */
export function defineSource(description: SourceDescription): DatasetSource {
  const { name, title = name, task, shape, load, loadTest } = description;
  const isImage = shape.length === 3;
  return {
    name,
    title,
    origin: { address: null, licence: "the study's own" },
    taskKind: task.kind,
    facts: null,
    defaultScaling: description.defaultScaling ?? (isImage ? "unit" : "standardize"),
    locate: async () => ({ kind: "embedded", isAtHand: true, files: [] }),
    load: async (): Promise<Dataset> => {
      const { groups, ...content } = await load();
      const read = async () => checked(description, await loadTest!());
      const { examples, contentHash: hash } = checked(description, content);
      if (groups !== undefined && groups.length !== examples.count) {
        throw invalid(
          name,
          `expected a group for each of the ${examples.count} examples, got ${groups.length}`,
        );
      }
      // How many there are is seen by loading them, which nobody does before the split is opened.
      const test = loadTest === undefined ? null : new LockedSplit(null, read);
      return {
        name,
        task,
        shape,
        examples,
        test,
        contentHash: hash,
        ...(groups === undefined ? {} : { groups }),
      };
    },
  };
}

function checked(
  { name, task, shape }: SourceDescription,
  { features, labels }: SourceContent,
): TestSplitContent {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const outputs = task.kind === "classification" ? 1 : outputsOf(task);
  const count = labels.length / outputs;
  if (count < 1 || !Number.isInteger(count) || features.length !== count * size) {
    throw invalid(
      name,
      `expected ${size} features and ${outputs === 1 ? "1 label" : `${outputs} targets`} for each example, got ${features.length} features and ${labels.length} labels`,
    );
  }
  const isClasses = task.kind === "classification";
  if (isClasses !== labels instanceof Uint8Array) {
    throw invalid(
      name,
      `expected labels as ${isClasses ? "Uint8Array, the indices of classes" : "Float32Array, the values to predict"}, got ${labels.constructor.name}`,
    );
  }
  const isValid = (label: number) => (isClasses ? label < task.classes.length : Number.isFinite(label));
  const wrong = labels.findIndex((label) => !isValid(label));
  if (wrong >= 0) {
    throw invalid(
      name,
      `expected ${isClasses ? `labels below ${task.classes.length}` : "finite values"}, got ${labels[wrong]} for example ${Math.floor(wrong / outputs)}`,
    );
  }
  const examples: Examples = { count, shape, features, labels };
  return { examples, contentHash: hashOfExamples(examples) };
}

function invalid(name: string, rule: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `source \`${name}\` of the study file: ${rule}.`,
    hint: "Correct its `load` or `loadTest`.",
    facts: { source: name },
  });
}
