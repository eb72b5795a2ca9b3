/** What the `search` part of a study file says beside its parameters, as a study's definition holds it. */
import { TunesmithError } from "../../base/index.ts";
import { createSampler } from "../../search/samplers/index.ts";
import { createScheduler } from "../../search/schedulers/index.ts";
import type { SearchSpace } from "../../search/space/index.ts";
import type {
  Objective,
  ReplicateChoice,
  SamplerChoice,
  SchedulerChoice,
  StudyDefinition,
} from "../../search/trial/index.ts";
import type { DocumentRules } from "./document-rules.ts";
import { checkInitial } from "./initial-configurations.ts";
import type { SourcePath, SpecProblem } from "./problems.ts";
import type { SearchFile } from "./search-schema.ts";
import type { SearchedFile } from "./study-schema.ts";

/** How far proposals may run ahead of results where a study only says that they are ordered. */
const usualOrder = 8;

type OptionalPart =
  | "scheduler"
  | "otherObjectives"
  | "outcomeConstraints"
  | "replicates"
  | "initial"
  | "duplicates"
  | "ordered"
  | "endWhen"
  | "perturbed";

export type SearchSettings = Pick<StudyDefinition, "sampler" | "objective" | OptionalPart>;

export interface SearchSettingsContext {
  readonly space: SearchSpace;
  readonly rules: DocumentRules;
}

export function searchSettings(
  file: SearchedFile,
  { space, rules }: SearchSettingsContext,
): { readonly settings: SearchSettings; readonly problems: readonly SpecProblem[] } {
  const { search, seed } = file;
  const sampler = choiceOf(search.method);
  const scheduler = search.scheduler === undefined ? undefined : choiceOf(search.scheduler);
  const replicates = replicatesOf(search, rules);
  const { initial, problems: initialProblems } = checkInitial(search.initial ?? [], {
    space,
    rules,
    seed,
  });
  const ordered = search.ordered === true ? usualOrder : search.ordered;
  const problems = [
    ...choiceProblems(["search", "method"], () => createSampler(sampler, space)),
    ...(scheduler === undefined ? [] : schedulerProblems(file, { scheduler, space, rules })),
    ...repeatedMetricProblems(search),
    ...replicateProblems(search, { rules, count: replicates?.count ?? 1 }),
    ...initialProblems,
  ];
  const settings: SearchSettings = {
    sampler,
    objective: objectiveOf(search.metric),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(search.otherMetrics === undefined ? {} : { otherObjectives: search.otherMetrics.map(objectiveOf) }),
    ...(search.outcomes === undefined ? {} : { outcomeConstraints: search.outcomes }),
    ...(replicates === undefined ? {} : { replicates }),
    ...(initial.length === 0 ? {} : { initial }),
    ...(search.duplicates === undefined ? {} : { duplicates: search.duplicates }),
    ...(ordered === undefined || ordered === false ? {} : { ordered }),
    ...(search.endWhen === undefined ? {} : { endWhen: search.endWhen }),
    ...(scheduler?.name === "pbt" ? { perturbed: perturbedOf(space, rules) } : {}),
  };
  return { settings, problems };
}

function choiceOf(written: SearchFile["method"]): SamplerChoice {
  if (typeof written === "string") return { name: written, options: {} };
  const { name, ...options } = written;
  return { name, options };
}

function objectiveOf({ name, goal, reduce }: SearchFile["metric"]): Objective {
  return { metric: name, direction: goal, reduce };
}

/** What whoever is named says of its options, at the option. */
function choiceProblems(path: SourcePath, create: () => unknown): SpecProblem[] {
  try {
    create();
    return [];
  } catch (error) {
    if (!(error instanceof TunesmithError)) throw error;
    // A method that does not suit the parameters is a matter of these.
    if (error.code === "INVALID_SPACE")
      return [{ path: ["search", "parameters"], target: "key", message: error.message }];
    if (error.code !== "INVALID_USAGE") throw error;
    const { option } = error.facts;
    const at = typeof option === "string" && option !== "" ? { at: [...path, ...option.split(".")] } : {};
    return [{ path, target: "key", message: error.message, ...at }];
  }
}

/** What an heir may change of the weights that it inherits: everything that leaves them as they are. */
function perturbedOf(
  { parameters }: SearchSpace,
  { mayPerturb }: Pick<DocumentRules, "mayPerturb">,
): string[] {
  return parameters.map(({ name }) => name).filter((name) => mayPerturb?.(name) === true);
}

function schedulerProblems(
  { search, seed, study }: SearchedFile,
  {
    scheduler,
    space,
    rules,
  }: { readonly scheduler: SchedulerChoice; readonly space: SearchSpace; readonly rules: DocumentRules },
): SpecProblem[] {
  const path = ["search", "scheduler"];
  const { goal: direction, reduce } = search.metric;
  const context = { seed, study, direction, reduce };
  const problems = choiceProblems(path, () => createScheduler(scheduler, context));
  if (scheduler.name !== "pbt") return problems;
  const refuse = (message: string): SpecProblem[] => [...problems, { path, target: "value", message }];
  if (rules.mayPerturb === undefined) {
    return refuse(
      "`pbt` hands weights from trial to trial, and those of a program are its own, got a study whose trials run one.",
    );
  }
  if (choiceOf(search.method).name === "grid") {
    return refuse(
      "`pbt` changes configurations while they train, so it needs a method that draws them, got `grid`.",
    );
  }
  if (perturbedOf(space, rules).length > 0) return problems;
  return refuse(
    "`pbt` changes configurations while they train, so it needs a parameter that leaves the weights as they are (a rate, a decay, dropout, the batch size), got none.",
  );
}

function repeatedMetricProblems({ metric, otherMetrics = [] }: SearchFile): SpecProblem[] {
  const names = [metric, ...otherMetrics].map(({ name }) => name);
  return otherMetrics.flatMap(({ name }, index): SpecProblem[] => {
    if (names.indexOf(name) === index + 1) return [];
    const message = `expected each metric once, got \`${name}\` again.`;
    return [{ path: ["search", "otherMetrics", index, "name"], target: "value", message }];
  });
}

/** Undefined where each configuration is trained once. */
function replicatesOf(
  { replicates }: SearchFile,
  { folds }: Pick<DocumentRules, "folds">,
): ReplicateChoice | undefined {
  if (replicates === undefined) return undefined;
  const { count, over, racing } =
    typeof replicates === "number" ? { count: replicates, over: "seed" as const, racing: true } : replicates;
  const known = count ?? (over === "data.fold" ? folds : undefined) ?? 1;
  return known === 1 ? undefined : { count: known, over, racing };
}

function replicateProblems(
  { replicates, parameters }: SearchFile,
  { rules, count }: { readonly rules: Pick<DocumentRules, "folds">; readonly count: number },
): SpecProblem[] {
  if (replicates === undefined) return [];
  const path: SourcePath = ["search", "replicates"];
  const { over, count: written } =
    typeof replicates === "number" ? { over: "seed", count: replicates } : replicates;
  const problem = (message: string, key = "over"): SpecProblem[] => [
    { path, at: typeof replicates === "number" ? path : [...path, key], target: "value", message },
  ];
  const decides = over === "seed" ? ["seed"] : ["data.fold", "data.folds"];
  const searched = decides.find((name) => Object.hasOwn(parameters, name));
  if (searched !== undefined)
    return problem(`\`${searched}\` is searched over, so replicates cannot differ by \`${over}\`.`);
  if (over === "seed") {
    if (written !== undefined) return [];
    const message = "is required: expected a number >= 1, got nothing.";
    return [{ path: [...path, "count"], at: path, target: "key", message }];
  }
  const { folds } = rules;
  if (folds === undefined) return problem("replicates over `data.fold` need `data.folds`, got none.");
  if (folds === count) return [];
  return problem(`expected as many as \`data.folds\`, ${folds}, got ${count}.`, "count");
}
