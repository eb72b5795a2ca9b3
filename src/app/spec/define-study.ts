/**
 * A study file as a TypeScript value. The types are derived from the trial document's schema, so a path that no document
 * has, or a value that does not fit there, does not compile.
 */
import type { Json } from "../../base/index.ts";
import type { DatasetInput, DatasetSource } from "../../learning/data/index.ts";
import type { EpochRecord, TrainingDocument, TrainingDocumentInput } from "../../learning/training/index.ts";
import type { Configuration } from "../../search/space/index.ts";
import type { SamplerInput } from "../../search/samplers/index.ts";
import type { SchedulerInput } from "../../search/schedulers/index.ts";
import type { EndRules, Objective, Reducer, ReplicateChoice } from "../../search/trial/index.ts";
import type { CommandPartInput } from "./command/command-part.ts";
import type { MetricName } from "./metric-names.ts";

/** Marks a value across copies of this module: a study file may import another installation's. */
const studyBrand = Symbol.for("tunesmith.study");

type Leaf = string | number | boolean | null | undefined | readonly unknown[];

/** Dotted paths of `T` at which a value stands. */
type PathOf<T> = T extends Leaf
  ? never
  : {
      [K in keyof T & string]-?: [PathOf<NonNullable<T[K]>>] extends [never]
        ? K
        : `${K}.${PathOf<NonNullable<T[K]>>}` | (Extract<NonNullable<T[K]>, Leaf> extends never ? never : K);
    }[keyof T & string];

type ValueAt<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? T extends unknown
    ? Head extends keyof T
      ? ValueAt<NonNullable<T[Head]>, Rest>
      : never
    : never
  : T extends unknown
    ? P extends keyof T
      ? Exclude<T[P], undefined>
      : never
    : never;

/** Every path that a search parameter can set. */
export type ParameterPath = PathOf<Omit<TrainingDocument, "start">>;

/** What may stand at a path, as a person writes it. */
export type ParameterValue<P extends ParameterPath> = ValueAt<TrainingDocumentInput, P>;

interface Range {
  readonly min: number;
  readonly max: number;
}

interface Bell {
  readonly mu?: number;
  readonly sigma?: number;
}

interface Beta {
  readonly a?: number;
  readonly b?: number;
}

type NumericParameter =
  | (Bell & { readonly distribution: "normal" | "log_normal" })
  | (Bell & { readonly distribution: "q_normal" | "q_log_normal"; readonly q?: number })
  | (Beta & { readonly distribution: "beta" })
  | (Beta & { readonly distribution: "q_beta"; readonly q?: number })
  | (Range & {
      readonly distribution?: "uniform" | "int_uniform" | "log_uniform_values" | "inv_log_uniform_values";
    })
  | (Range & { readonly distribution?: "q_uniform" | "q_log_uniform_values"; readonly q: number })
  /** A logarithmic scale seen from the upper end, for momenta and the like. */
  | (Range & { readonly distribution: "log_uniform_values"; readonly reverse: boolean })
  | (Range & {
      readonly distribution: "q_log_uniform_values";
      readonly q: number;
      readonly reverse: boolean;
    });

/** One search parameter, in the words of W&B's sweep files. */
export type StudyParameter<V> =
  | { readonly value: V; readonly distribution?: "constant" }
  | { readonly values: readonly V[]; readonly distribution?: "categorical"; readonly ordered?: boolean }
  | {
      readonly values: readonly V[];
      readonly probabilities: readonly number[];
      readonly distribution?: "categorical_w_probabilities";
    }
  | (number extends V ? NumericParameter : never);

/** Values that earlier parameters must have for a parameter to count: some values, or a range. */
export type StudyCondition = {
  readonly [P in ParameterPath]?:
    | ParameterValue<P>
    | readonly ParameterValue<P>[]
    | (number extends ParameterValue<P> ? Partial<Range> : never);
};

export type StudyParameters = {
  readonly [P in ParameterPath]?: StudyParameter<ParameterValue<P>> & { readonly when?: StudyCondition };
};

/** What every configuration keeps: a comparison such as `training.batchSize * 2 <= 64`, or a combination that is not allowed. */
export type StudyConstraint = { readonly require: string } | { readonly forbid: StudyCondition };

/** A label that every trial asks for, or those that meet the condition. */
export type StudyLabel<Condition> = string | { readonly label: string; readonly when?: Condition };

/** What is optimised. */
export interface StudyMetric {
  readonly name: MetricName;
  readonly goal: Objective["direction"];
  /** Of the curve. Defaults to `last`. */
  readonly reduce?: Reducer;
}

/** What a result must keep to be wanted: at least one bound. */
export type StudyOutcome = OutcomeBounds & { readonly metric: MetricName; readonly reduce?: Reducer };

type OutcomeBounds =
  { readonly min: number; readonly max?: number } | { readonly min?: number; readonly max: number };

/** Each configuration is trained so many times; over `data.fold` as often as there are folds unless `count` is given. */
export type StudyReplicates =
  | number
  | (Partial<Pick<ReplicateChoice, "racing">> &
      (
        | { readonly count: number; readonly over?: ReplicateChoice["over"] }
        | { readonly count?: number; readonly over: "data.fold" }
      ));

/** What is searched, and how. */
export interface StudySearch {
  /** A method, or its name beside its options. Defaults to `auto`, which chooses by space, budget and results. */
  readonly method?: SamplerInput;
  /** Which trials go on; all to their end where it is left out. */
  readonly scheduler?: SchedulerInput;
  /** The main objective: what schedulers watch and lists are sorted by. */
  readonly metric: StudyMetric;
  /** Traded off against `metric`. */
  readonly otherMetrics?: readonly StudyMetric[];
  readonly outcomes?: readonly StudyOutcome[];
  /** Defaults to the size of the grid, otherwise to 20 configurations. */
  readonly maxTrials?: number;
  readonly replicates?: StudyReplicates;
  /** Configurations to try first; what they leave out is drawn. */
  readonly initial?: readonly { readonly [P in ParameterPath]?: ParameterValue<P> }[];
  /** What to do with a configuration that was tried before. Defaults to `skip`. */
  readonly duplicates?: "skip" | "reuse" | "replicate";
  /**
   * Proposals follow from the results of trials so many numbers back and of no later ones, so that any number of workers
   * up to this gives the same trials; `true` is 8.
   */
  readonly ordered?: boolean | number;
  readonly endWhen?: EndRules;
  /** Studies to learn from, by name in this study's store, or in another. */
  readonly warmStart?: readonly (string | { readonly study: string; readonly store?: string })[];
  readonly parameters: StudyParameters;
  readonly constraints?: readonly StudyConstraint[];
  /** Expressions over the document's numbers, by the path that they set. */
  readonly derived?: { readonly [P in ParameterPath]?: string };
}

/** What a study's `onEpoch` is given. */
export interface EpochEvent {
  readonly trial: {
    readonly number: number;
    readonly seed: string;
    readonly parameters: Configuration;
    readonly document: TrainingDocument;
  };
  /** The epoch that is done. */
  readonly epoch: EpochRecord;
  /** All epochs so far, this one last. */
  readonly history: readonly EpochRecord[];
  /** Ends the trial with this epoch: it is completed, and its record says why. @param message for people */
  stop(message?: string): void;
}

/** Code of the study's author. It runs in the worker processes, each of which imports the study file. */
export interface StudyCallbacks {
  /** Called after each epoch; awaited. What it throws fails the trial. */
  readonly onEpoch?: (event: EpochEvent) => void | Promise<void>;
}

/** A study as a person writes it; defaults may be left out. */
export interface StudyInput extends StudyCallbacks {
  /** The study's name. */
  readonly study: string;
  readonly description?: string;
  /** A data set by name, a source's kind with its settings, or an object made by `defineSource`. */
  readonly data: Omit<TrainingDocumentInput["data"], "dataset"> & {
    readonly dataset: DatasetInput | DatasetSource;
  };
  readonly model: TrainingDocumentInput["model"];
  readonly training?: TrainingDocumentInput["training"];
  /** What a worker must have to run trials, or those with certain values. Defaults to nothing. */
  readonly labels?: readonly StudyLabel<StudyCondition>[];
  /** From 0 to 2^64 - 1, as text above 2^53. Defaults to 0. */
  readonly seed?: number | string;
  readonly search: StudySearch;
}

/** Values under names of their own, which the program's author chose. */
type NamedCondition = Readonly<Record<string, Json | readonly Json[] | Partial<Range>>>;

/** What is searched of a program, and how: as for a training, under the names that the program has for its parameters. */
export interface CommandSearch extends Omit<
  StudySearch,
  | "metric"
  | "otherMetrics"
  | "outcomes"
  | "replicates"
  | "initial"
  | "parameters"
  | "constraints"
  | "derived"
  | "scheduler"
> {
  readonly scheduler?: Exclude<SchedulerInput, "pbt" | { readonly name: "pbt" }>;
  readonly metric: CommandMetric;
  readonly otherMetrics?: readonly CommandMetric[];
  readonly outcomes?: readonly (OutcomeBounds & { readonly metric: string; readonly reduce?: Reducer })[];
  /** Each configuration is run so many times, under a seed of its own. */
  readonly replicates?: number | { readonly count: number; readonly racing?: boolean };
  readonly initial?: readonly Readonly<Record<string, Json>>[];
  readonly parameters: Readonly<Record<string, StudyParameter<Json> & { readonly when?: NamedCondition }>>;
  readonly constraints?: readonly ({ readonly require: string } | { readonly forbid: NamedCondition })[];
  readonly derived?: Readonly<Record<string, string>>;
}

/** What is optimised: any metric that the program reports. */
export type CommandMetric = Omit<StudyMetric, "name"> & { readonly name: string };

/** A study whose trials run a program. */
export interface CommandStudyInput extends Pick<StudyInput, "study" | "description" | "seed"> {
  readonly command: CommandPartInput;
  readonly labels?: readonly StudyLabel<NamedCondition>[];
  readonly search: CommandSearch;
}

/** Marks a study for `tunesmith run FILE.ts`; it is checked when it is run. */
export function defineStudy(study: StudyInput): StudyInput;
export function defineStudy(study: CommandStudyInput): CommandStudyInput;
export function defineStudy(study: StudyInput | CommandStudyInput): StudyInput | CommandStudyInput {
  return Object.defineProperty({ ...study }, studyBrand, { value: true, enumerable: false });
}

export function isDefinedStudy(value: unknown): value is StudyInput {
  return typeof value === "object" && value !== null && studyBrand in value;
}
