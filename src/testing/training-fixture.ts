/** Trainings that take milliseconds: few examples, drawn around a centre for each class. */
import { RandomStream, toSeed } from "../base/index.ts";
import type { TrainingSplits } from "../learning/data/index.ts";
import type { Runtime } from "../learning/runtime/index.ts";
import {
  trainingDocumentSchema,
  TrainingRun,
  type EpochRecord,
  type TrainingDocument,
  type TrainingDocumentInput,
  type TrainingResult,
} from "../learning/training/index.ts";

export function trainingDocument(
  training: TrainingDocumentInput["training"] = {},
  model: object = {},
  data: object = {},
): TrainingDocument {
  return trainingDocumentSchema.parse({
    data: { dataset: "digits", ...data },
    model: "kind" in model ? model : { kind: "mlp", hidden: [12], ...model },
    training: { epochs: 3, batchSize: 16, ...training },
    seed: "1",
  });
}

export interface SplitsFixtureOptions {
  /** Defaults to 100. */
  readonly train?: number;
  /** Defaults to 30. */
  readonly validation?: number;
  /** Defaults to [5, 3]. */
  readonly shape?: readonly number[];
  /** Defaults to 3. */
  readonly classes?: number;
  /** Defaults to bytes. */
  readonly source?: "bytes" | "floats";
}

export function trainingSplits(options: SplitsFixtureOptions = {}): TrainingSplits {
  const { train = 100, validation = 30, shape = [5, 3], classes = 3, source = "bytes" } = options;
  const count = train + validation;
  const features = shape.reduce((product, size) => product * size, 1);
  const centres = new RandomStream(toSeed(1), "centres");
  const noise = new RandomStream(toSeed(1), "noise");
  const labels = Uint8Array.from({ length: count }, (_, index) => index % classes);
  const values = Float32Array.from({ length: count * features }, (_, index) => {
    const example = Math.floor(index / features);
    return centres.normal(labels[example]! * features + (index % features)) + 0.7 * noise.normal(index);
  });
  const asBytes = () => Uint8Array.from(values, (x) => Math.min(255, Math.max(0, 128 + 40 * x)));
  const examples = { count, shape, features: source === "bytes" ? asBytes() : values, labels };
  // A prime step, so that neither split is a run of the examples.
  const order = Int32Array.from({ length: count }, (_, index) => (index * 7919) % count);
  return {
    train: { examples, indices: order.slice(0, train) },
    validation: { examples, indices: order.slice(train) },
    task: {
      kind: "classification",
      classes: Array.from({ length: classes }, (_, index) => `class ${index}`),
    },
    shape,
  };
}

export interface TrainingFixture {
  readonly document: TrainingDocument;
  readonly splits: TrainingSplits;
  readonly runtime: Runtime;
}

/** Runs to the end. */
export async function trainToEnd(
  fixture: TrainingFixture,
): Promise<TrainingResult & { history: EpochRecord[] }> {
  const run = TrainingRun.create(fixture);
  while (!run.isFinished) await run.runEpoch();
  return { ...run.finish(), history: [...run.history] };
}
