/**
 * A study's trials as samplers see them: one evaluation per configuration, in losses, fitted to the space that is searched
 * now.
 */
import type { Json } from "../../base/index.ts";
import type { Evaluation } from "../samplers/index.ts";
import {
  chooseConfiguration,
  configurationKey,
  contains,
  type Configuration,
  type SearchSpace,
} from "../space/index.ts";
import { isFinished, type LossPoint, type StudyDefinition, type TrialRecord } from "../trial/index.ts";
import { lengthOf, valueAt } from "./document-of.ts";
import { lossOf, objectivesOf } from "./measure.ts";

/** Trials of one configuration, by replicate. */
interface Group {
  readonly number: number;
  readonly trials: Map<number, TrialRecord>;
}

export class EvaluationBook {
  readonly #definition: StudyDefinition;
  readonly #prior: readonly Evaluation[];
  readonly #groups = new Map<number, Group>();
  /** By the number of the group; undefined for a configuration that the space of today does not have. */
  readonly #evaluations: (Evaluation | undefined)[] = [];
  readonly #firstTrials = new Map<string, number>();

  constructor(definition: StudyDefinition) {
    this.#definition = definition;
    this.#prior = priorEvaluations(definition);
  }

  /** What is known, in the order of the numbers. */
  get evaluations(): readonly Evaluation[] {
    return [...this.#prior, ...this.#evaluations.filter((one) => one !== undefined)];
  }

  /** Number of configurations so far. */
  get count(): number {
    return this.#groups.size;
  }

  /** The number of the first trial that has this configuration. */
  firstTrialOf(configuration: Configuration): number | undefined {
    return this.#firstTrials.get(configurationKey(configuration));
  }

  /** The trials of each configuration, ordered by replicate. */
  groups(): readonly (readonly TrialRecord[])[] {
    return [...this.#groups.values()].map(({ trials }) => [...trials.values()]);
  }

  trialsOf(firstTrial: number): readonly TrialRecord[] {
    return [...(this.#groups.get(firstTrial)?.trials.values() ?? [])];
  }

  /**
   * Takes in trials that are new or were changed.
   *
   * @param changed in the order of their numbers; @param curves of the main objective, by the number of the trial
   */
  update(
    changed: readonly TrialRecord[],
    curves: ReadonlyMap<number, readonly LossPoint[]> = new Map(),
  ): void {
    const touched = new Set<Group>();
    for (const trial of changed) {
      const first = trial.origin?.configuration ?? trial.number;
      let group = this.#groups.get(first);
      if (group === undefined) {
        group = { number: this.#groups.size, trials: new Map() };
        this.#groups.set(first, group);
        const key = configurationKey(trial.parameters);
        // A configuration that is trained again with another length is a group of its own.
        if (!this.#firstTrials.has(key)) this.#firstTrials.set(key, first);
      }
      group.trials.set(trial.number, trial);
      touched.add(group);
    }
    for (const group of touched) {
      const { number, trials } = group;
      this.#evaluations[number] = evaluationOf([...trials.values()], {
        number,
        definition: this.#definition,
        curve: curves.get([...trials.keys()].at(-1)!) ?? [],
      });
    }
  }
}

interface EvaluationContext {
  readonly number: number;
  readonly definition: StudyDefinition;
  readonly curve: readonly LossPoint[];
}

function evaluationOf(
  trials: readonly TrialRecord[],
  { number, definition, curve }: EvaluationContext,
): Evaluation | undefined {
  const [first] = trials;
  const configuration = fitted(definition, first!.parameters);
  if (configuration === null) return undefined;
  const measured = trials.flatMap((trial) => {
    const losses = lossesOf(trial, definition);
    return losses === null ? [] : [{ trial, losses }];
  });
  // Full results count before those that were stopped or paused on the way, also when they have gone on since.
  const completed = measured.filter(({ trial }) => trial.state === "completed");
  const counted = completed.length > 0 ? completed : measured;
  const losses = counted.length === 0 ? null : meanOf(counted.map((one) => one.losses));
  const isPending = trials.some(({ state }) => !isFinished(state));
  const state =
    completed.length > 0 ? "completed" : measured.length > 0 ? "stopped" : isPending ? "pending" : "failed";
  return {
    number,
    isGiven: first!.origin?.by === "given",
    configuration,
    state,
    losses,
    replicates: state === "pending" ? 0 : counted.length,
    variances: counted.length < 2 ? null : variancesOf(counted.map((one) => one.losses)),
    violations:
      losses === null ? [] : meanOf(counted.map(({ trial }) => trial.violations.map((one) => one!))),
    fidelity: Math.max(0, ...trials.map((trial) => fidelityOf(trial, definition))),
    curve,
  };
}

/** Null unless every objective and constraint was measured. */
function lossesOf(trial: TrialRecord, definition: StudyDefinition): readonly number[] | null {
  if (trial.state === "failed" || trial.violations.includes(null)) return null;
  const values = [trial.objectiveValue, ...trial.otherValues];
  const objectives = objectivesOf(definition);
  if (values.length < objectives.length || values.includes(null)) return null;
  return objectives.map((objective, index) => lossOf(values[index]!, objective));
}

/** How far the trial came, as a share of the length that the study's document has. */
function fidelityOf(trial: TrialRecord, definition: StudyDefinition): number {
  const full = lengthOf(definition.baseDocument, definition);
  const own = lengthOf(trial.document, definition);
  const isSearched = definition.space.parameters.some(({ name }) => name === definition.lengthPath);
  const ofStudy = isSearched || !Number.isFinite(full) ? own : full;
  if (trial.state === "completed") return Number.isFinite(ofStudy) ? Math.min(1, own / ofStudy) : 1;
  // What has gone on after a pause has no ruling any more, but its result from then.
  const step = trial.reason?.facts?.["step"] ?? trial.result?.epochs;
  return typeof step === "number" && Number.isFinite(ofStudy) ? Math.min(1, step / ofStudy) : 0;
}

function priorEvaluations(definition: StudyDefinition): readonly Evaluation[] {
  const { prior = [] } = definition;
  const objectives = objectivesOf(definition);
  return prior.flatMap(({ parameters, values }, index): Evaluation[] => {
    const configuration = fitted(definition, parameters);
    if (configuration === null || values.length !== objectives.length) return [];
    return [
      {
        number: index - prior.length,
        isGiven: false,
        configuration,
        state: "completed",
        losses: objectives.map((objective, at) => lossOf(values[at]!, objective)),
        replicates: 1,
        variances: null,
        violations: [],
        fidelity: 1,
        curve: [],
      },
    ];
  });
}

/**
 * What an earlier configuration is in the space of today: a parameter that was added since had the document's own value.
 * Null when a value lies outside.
 */
function fitted(
  { space, baseDocument }: Pick<StudyDefinition, "space" | "baseDocument">,
  parameters: Configuration,
): Configuration | null {
  const missing: string[] = [];
  const configuration = chooseConfiguration(space, ({ name }): Json => {
    if (Object.hasOwn(parameters, name)) return parameters[name]!;
    const value = valueAt(baseDocument, name) ?? null;
    if (value === null) missing.push(name);
    return value;
  });
  const kept = Object.entries(configuration).filter(([name]) => !missing.includes(name));
  return kept.every(([name, value]) => contains(distributionOf(space, name), value))
    ? Object.fromEntries(kept)
    : null;
}

function distributionOf(space: SearchSpace, name: string) {
  return space.parameters.find((parameter) => parameter.name === name)!.distribution;
}

function meanOf(rows: readonly (readonly number[])[]): readonly number[] {
  return (rows[0] ?? []).map((_, column) => rows.reduce((sum, row) => sum + row[column]! / rows.length, 0));
}

function variancesOf(rows: readonly (readonly number[])[]): readonly number[] {
  return meanOf(rows).map(
    (mean, column) => rows.reduce((sum, row) => sum + (row[column]! - mean) ** 2, 0) / (rows.length - 1),
  );
}
