import { deriveSeed, RandomStream, toSeed, type Seed } from "../../base/index.ts";
import {
  createSampler,
  gridSize,
  type Evaluation,
  type Sampler,
  type Suggestion,
} from "../samplers/index.ts";
import { checkGiven, countCombinations, drawFeasible, fromUnit, type Configuration } from "../space/index.ts";
import type { NewTrial } from "../storage/index.ts";
import {
  isFinished,
  type StudyDefinition,
  type StudyEnd,
  type TrialOrigin,
  type TrialRecord,
} from "../trial/index.ts";
import type { CurveReader } from "./curve-reader.ts";
import { documentOf, lengthOf, type DocumentParts } from "./document-of.ts";
import { endReason } from "./end-rules.ts";
import { EvaluationBook } from "./evaluations.ts";
import { labelsOf } from "./labels.ts";
import { objectivesOf } from "./measure.ts";
import { perturb } from "./perturb.ts";
import { nextReplicate } from "./replication.ts";
import type { TrialHistory } from "./trial-history.ts";

/** A larger space is never exhausted, so nobody has to count what its conditions and constraints leave. */
const mostCounted = 100_000;

/** A sampler that gives nothing new in so many answers has nothing new to give. */
const mostRetries = 100;

export type Proposal =
  | { readonly action: "create"; readonly trial: NewTrial }
  /** The configuration was tried before and its result is taken over. */
  | { readonly action: "reuse"; readonly trial: NewTrial; readonly from: TrialRecord }
  | { readonly action: "wait" }
  | { readonly action: "end"; readonly end: Omit<StudyEnd, "endedAt"> };

/** What is known when a trial is proposed. */
interface View {
  readonly book: EvaluationBook;
  readonly evaluations: readonly Evaluation[];
  readonly trials: readonly TrialRecord[];
  readonly seen: TrialOrigin["seen"];
}

/** Decides what the next new trial is: a given configuration, a replicate, an heir, or what the sampler suggests. */
export class Proposer {
  readonly #definition: StudyDefinition;
  readonly #sampler: Sampler;
  readonly #history: TrialHistory;
  readonly #curves: CurveReader;
  readonly #book: EvaluationBook;
  readonly #spaceSize: number;
  /** The book has taken in every change up to this revision. */
  #taken = -1;

  constructor(definition: StudyDefinition, history: TrialHistory, curves: CurveReader) {
    this.#definition = definition;
    this.#sampler = createSampler(definition.sampler, definition.space);
    this.#history = history;
    this.#curves = curves;
    this.#book = new EvaluationBook(definition);
    this.#spaceSize = sizeOf(definition);
  }

  /** The next trial, its number being that of the trials known so far. */
  async propose(parent?: { readonly number: number; readonly step: number }): Promise<Proposal> {
    const number = this.#history.trials.length;
    const view = await this.#view(number);
    if (view === null) return { action: "wait" };
    const end = endReason(this.#definition, view.evaluations, view.trials);
    if (end !== null) return { action: "end", end };
    if (parent !== undefined) return this.#inherit(number, parent, view);
    const again = nextReplicate(this.#definition, view.book);
    if (again !== null) return this.#replicate(number, again, view);
    const initial = nextInitial(this.#definition, view.trials);
    if (initial !== null) {
      return this.#given(number, { parameters: this.#definition.initial![initial]!, initial, view });
    }
    const proposal = this.#suggest(number, view);
    const isAllKnown = this.#history.trials.every(({ state }) => isFinished(state));
    if (proposal.action !== "wait" || this.#definition.ordered === undefined || !isAllKnown) return proposal;
    // It waits for results that the order hides. All of them are there, so that what follows is the same for any workers.
    return this.#suggest(number, (await this.#view(Number.POSITIVE_INFINITY))!);
  }

  /**
   * A configuration that a person asks for; what it leaves out is drawn.
   *
   * @throws INVALID_SPACE for a value that the space does not have, naming it
   */
  async enqueued(parameters: Configuration): Promise<NewTrial> {
    const number = this.#history.trials.length;
    const view = (await this.#view(Number.POSITIVE_INFINITY))!;
    return this.#given(number, { parameters, view }).trial;
  }

  #given(
    number: number,
    { parameters, initial, view }: { parameters: Configuration; initial?: number; view: View },
  ) {
    const { space, seed } = this.#definition;
    checkGiven(space, parameters);
    const configuration = drawFeasible(
      space,
      ({ name, distribution }, attempt) =>
        parameters[name] ??
        fromUnit(distribution, new RandomStream(seed, "given", number, name).uniform(attempt)),
    );
    const origin = {
      by: "given",
      sampler: null,
      why: null,
      ...(initial === undefined ? {} : { initial }),
      ...groupOf(number, configuration, view),
    } as const;
    return this.#create(number, configuration, { origin });
  }

  #suggest(number: number, view: View): Proposal {
    const { duplicates = "skip", seed, space, maxTrials } = this.#definition;
    const { book, evaluations } = view;
    const objectives = objectivesOf(this.#definition).length;
    const asked = { number: book.count, seed, space, history: evaluations, objectives, maxTrials };
    // A configuration that is tried again has no number of its own, so the sampler has to be asked for another answer.
    const answered = duplicates === "skip" ? 0 : view.trials.length - book.count;
    for (let retry = 0; retry <= mostRetries && !this.#isExhausted(view); retry++) {
      const suggestion = this.#sampler.suggest({ ...asked, retry: answered + retry });
      if (suggestion === null) return { action: "wait" };
      const { configuration, why, again = false, sampler = this.#sampler.name } = suggestion;
      // Another length makes it another evaluation of the same configuration.
      const group = again
        ? { configuration: number, replicate: 0, seen: view.seen }
        : groupOf(number, configuration, view);
      const origin = { by: "sampler", sampler, why, ...group } as const;
      if (origin.replicate === 0 || duplicates === "replicate" || why.kind === "replicating") {
        return this.#create(number, configuration, { origin, ...this.#lengthOf(suggestion) });
      }
      const [earlier] = book.trialsOf(origin.configuration);
      if (duplicates === "reuse" && earlier!.state === "completed") {
        const { parameters, seed: same, document, labels } = earlier!;
        return {
          action: "reuse",
          trial: { number, origin, parameters, seed: same, document, labels },
          from: earlier!,
        };
      }
    }
    // Another replicate may be due when what runs has finished.
    if (this.#definition.replicates !== undefined && view.trials.some(({ state }) => !isFinished(state)))
      return { action: "wait" };
    const message = this.#isExhausted(view)
      ? `all ${book.count} configurations of the space have been tried`
      : `${this.#sampler.name} proposed nothing new in ${mostRetries} attempts`;
    return { action: "end", end: { rule: "exhausted", message } };
  }

  /** The length in steps that the sampler asks for; nothing where it is the document's own, or has none. */
  #lengthOf({ steps, share }: Suggestion): { readonly length?: number } {
    if (steps !== undefined) return { length: steps };
    const full = lengthOf(this.#definition.baseDocument, this.#definition);
    if (share === undefined || !Number.isFinite(full)) return {};
    return { length: Math.max(1, Math.round(share * full)) };
  }

  #isExhausted({ book, evaluations }: View): boolean {
    const { duplicates = "skip" } = this.#definition;
    if (duplicates === "skip" && book.count >= this.#spaceSize) return true;
    if (this.#sampler.size === null) return false;
    const given = evaluations.filter(({ isGiven }) => isGiven).length;
    return book.count - given >= this.#sampler.size;
  }

  #replicate(number: number, firstTrial: number, { book, seen }: View): Proposal {
    const { parameters, document } = this.#history.trials[firstTrial]!;
    const replicate = book.trialsOf(firstTrial).length;
    const why = {
      kind: "replicating",
      message: `training ${replicate + 1} of trial ${firstTrial}'s configuration`,
    } as const;
    const origin = { by: "sampler", sampler: null, why, configuration: firstTrial, replicate, seen } as const;
    // A length that the sampler chose stands in the document of the first.
    const length = lengthOf(document, this.#definition);
    return this.#create(number, parameters, { origin, ...(Number.isFinite(length) ? { length } : {}) });
  }

  #inherit(
    number: number,
    parent: { readonly number: number; readonly step: number },
    { seen }: View,
  ): Proposal {
    const { space, seed, perturbed } = this.#definition;
    const from = this.#history.trials[parent.number]!;
    const isKept = (name: string) => perturbed !== undefined && !perturbed.includes(name);
    const configuration = perturb(space, from.parameters, { seed, number, isKept });
    const message = `goes on from trial ${parent.number} after step ${parent.step}, a little changed`;
    const why = { kind: "exploring", message } as const;
    // An heir is no repeat, also where nothing was changed.
    const origin = {
      by: "inherited",
      sampler: null,
      why,
      parent,
      configuration: number,
      replicate: 0,
      seen,
    } as const;
    const start = { document: from.document, epochs: parent.step };
    return this.#create(number, configuration, { origin, start });
  }

  #create(
    number: number,
    parameters: Configuration,
    { origin, ...parts }: Omit<DocumentParts, "seed" | "fold"> & { readonly origin: TrialOrigin },
  ) {
    const seed = this.#seedOf(number, parameters, origin.replicate);
    const { replicates } = this.#definition;
    const fold = replicates?.over === "data.fold" ? { fold: origin.replicate % replicates.count } : {};
    const document = documentOf(this.#definition, parameters, { seed, ...parts, ...fold });
    const labels = labelsOf(this.#definition, parameters);
    return { action: "create", trial: { number, origin, parameters, seed, document, labels } } as const;
  }

  /**
   * A search over `seed` decides it. With replicates it is the same for the same replicate of every configuration, so that
   * what chance did to both can be taken out of their comparison.
   */
  #seedOf(number: number, configuration: Configuration, replicate: number): Seed {
    const searched = configuration["seed"] as string | number | undefined;
    if (searched !== undefined) return toSeed(searched);
    const { seed, replicates } = this.#definition;
    return replicates === undefined
      ? deriveSeed(seed, "trial", number)
      : deriveSeed(seed, "replicate", replicate);
  }

  /** What trial `number` may be proposed from; null when an earlier trial has to finish first. */
  async #view(number: number): Promise<View | null> {
    const { ordered } = this.#definition;
    const { trials, revision } = this.#history;
    if (ordered === undefined || number === Number.POSITIVE_INFINITY) {
      await this.#takeIn(
        this.#book,
        trials.filter((trial) => trial.revision > this.#taken),
      );
      this.#taken = revision;
      const finished = trials.filter(({ state }) => isFinished(state)).length;
      return viewOf(this.#book, trials, { revision, finished, pending: trials.length - finished });
    }
    const last = number - ordered;
    if (trials.some((trial) => trial.number <= last && !isFinished(trial.state))) return null;
    const book = new EvaluationBook(this.#definition);
    const masked = trials.map((trial) => (trial.number <= last ? trial : withoutResult(trial)));
    await this.#takeIn(book, masked);
    const finished = Math.max(0, last + 1);
    return viewOf(book, masked, { upTo: last, finished, pending: trials.length - finished });
  }

  async #takeIn(book: EvaluationBook, trials: readonly TrialRecord[]): Promise<void> {
    const curves = this.#sampler.usesCurves === true ? await this.#curves.readAll(trials) : undefined;
    book.update(trials, curves);
  }
}

function viewOf(book: EvaluationBook, trials: readonly TrialRecord[], seen: TrialOrigin["seen"]): View {
  return { book, evaluations: book.evaluations, trials, seen };
}

/** A trial of which only that it was begun may be known. */
function withoutResult(trial: TrialRecord): TrialRecord {
  return {
    ...trial,
    state: "running",
    objectiveValue: null,
    otherValues: [],
    violations: [],
    reason: null,
    attempt: 0,
  };
}

/** Which configuration it is, counted among those that were tried, and what was seen. */
function groupOf(number: number, configuration: Configuration, { book, seen }: View) {
  const known = book.firstTrialOf(configuration);
  return {
    configuration: known ?? number,
    replicate: known === undefined ? 0 : book.trialsOf(known).length,
    seen,
  };
}

/** The first of the initial configurations that no trial has been made of; null when there is none. */
function nextInitial({ initial = [] }: StudyDefinition, trials: readonly TrialRecord[]): number | null {
  const made = initial.length === 0 ? [] : trials.map(({ origin }) => origin?.initial);
  const next = initial.findIndex((_, index) => !made.includes(index));
  return next === -1 ? null : next;
}

/** Number of configurations that the space has. */
function sizeOf({ space, duplicates = "skip" }: StudyDefinition): number {
  if (duplicates !== "skip") return Number.POSITIVE_INFINITY;
  return countCombinations(space) <= mostCounted ? gridSize(space) : Number.POSITIVE_INFINITY;
}
