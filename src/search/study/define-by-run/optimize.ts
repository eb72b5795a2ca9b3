import {
  canonicalJson,
  deriveSeed,
  systemClock,
  toSeed,
  TunesmithError,
  type Clock,
  type Seed,
} from "../../../base/index.ts";
import { createSpace, type SearchSpace } from "../../space/index.ts";
import { MemoryStorage, type Storage } from "../../storage/index.ts";
import type { StudyDefinition, TrialRecord } from "../../trial/index.ts";
import { documentOf } from "../document-of.ts";
import { Study } from "../study.ts";
import { emptyDocument, enlargedSpace } from "./enlarge-space.ts";
import { OpenTrial } from "./open-trial.ts";

/** What an objective's values are kept as. */
const metric = "value";

/** A function of parameters that it names while it runs. */
export type OpenObjective = (trial: OpenTrial) => number | Promise<number>;

export interface OptimizeOptions extends Partial<Pick<StudyDefinition, "sampler" | "scheduler" | "endWhen">> {
  readonly direction: "minimize" | "maximize";
  readonly maxTrials: number;
  /** Defaults to `optimize`. A study of that name that is in the store goes on. */
  readonly name?: string;
  /** Which of the values counts, the returned one being the last. Defaults to `last`. */
  readonly reduce?: StudyDefinition["objective"]["reduce"];
  readonly seed?: number | string;
  /** Defaults to memory. */
  readonly storage?: Storage;
  readonly clock?: Clock;
  /** How many trials run at once. Defaults to 1. */
  readonly parallel?: number;
}

/**
 * Searches for the parameters of a function that names them while it runs: which ones there are may depend on the values of
 * others. The space is put together from what the trials ask for; each enlargement is a version of the study.
 *
 * What the function throws fails its trial, and the search goes on.
 *
 * @throws what the function throws before it has named a parameter; INVALID_USAGE when it names none
 */
export async function optimize(objective: OpenObjective, options: OptimizeOptions): Promise<Study> {
  const { parallel = 1, clock = systemClock } = options;
  const study = await openStudy(objective, { ...options, clock });
  const work = async () => {
    for (let trial = await study.ask(); trial !== null; trial = await study.ask())
      await runTrial(trial, { study, objective, clock });
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return study;
}

type End = { readonly value: number } | { readonly error: unknown };

interface Context {
  readonly study: Study;
  readonly clock: Clock;
}

async function openStudy(
  objective: OpenObjective,
  { clock, ...options }: OptimizeOptions & { readonly clock: Clock },
): Promise<Study> {
  const { storage = new MemoryStorage(), name = "optimize" } = options;
  const names = (await storage.listStudies()).map(({ definition }) => definition.name);
  if (names.includes(name)) return Study.open({ storage, clock, name });
  // Nothing can be stored of a study whose parameters nobody knows: the first trial tells them.
  const studySeed = toSeed(options.seed ?? 0);
  const seed = deriveSeed(studySeed, "trial", 0);
  const reported: { readonly step: number; readonly value: number }[] = [];
  const report = async (step: number, value: number) => {
    reported.push({ step, value });
    return null;
  };
  const open = new OpenTrial({ number: 0, seed, studySeed, proposed: {}, report });
  const end = await endOf(objective, open);
  if (open.asked.length === 0) {
    if ("error" in end) throw end.error;
    throw new TunesmithError("INVALID_USAGE", {
      message: "optimize: the objective must ask for at least one parameter, got none.",
      hint: 'Ask for one, for example trial.suggestFloat("rate", 1e-4, 1, { scale: "log" }).',
    });
  }
  const definition = definitionOf(options, { name, seed: studySeed, space: createSpace(open.asked) });
  const study = await Study.create({ storage, clock, definition });
  await study.enqueue(open.parameters);
  const trial = (await study.ask())!;
  const points = reported.map(({ step, value }) => ({ metric, step, time: clock.now(), value }));
  await study.report({ trialId: trial.id, attempt: trial.attempt }, points);
  await settle(trial, { open, end, context: { study, clock } });
  return study;
}

function definitionOf(
  options: OptimizeOptions,
  { name, seed, space }: { readonly name: string; readonly seed: Seed; readonly space: SearchSpace },
): StudyDefinition {
  const {
    direction,
    maxTrials,
    reduce = "last",
    sampler = { name: "auto", options: {} },
    scheduler,
    endWhen,
  } = options;
  return {
    name,
    description: "",
    space,
    sampler,
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(endWhen === undefined ? {} : { endWhen }),
    objective: { metric, direction, reduce },
    seed,
    maxTrials,
    baseDocument: emptyDocument(space),
  };
}

async function runTrial(
  trial: TrialRecord,
  { objective, ...context }: Context & { readonly objective: OpenObjective },
): Promise<void> {
  const { study, clock } = context;
  const { number, seed, parameters: proposed } = trial;
  const lease = { trialId: trial.id, attempt: trial.attempt };
  const { seed: studySeed } = study.record.definition;
  const report = (step: number, value: number) =>
    study.report(lease, [{ metric, step, time: clock.now(), value }]);
  const open = new OpenTrial({ number, seed, studySeed, proposed, report });
  await settle(trial, { open, end: await endOf(objective, open), context });
}

async function endOf(objective: OpenObjective, open: OpenTrial): Promise<End> {
  try {
    return { value: await objective(open) };
  } catch (error) {
    return { error };
  }
}

/** Writes down how the trial ended, after the space has a place for everything that it asked for. */
async function settle(
  { id, attempt, seed }: TrialRecord,
  { open, end, context }: { readonly open: OpenTrial; readonly end: End; readonly context: Context },
): Promise<void> {
  const { study, clock } = context;
  await enlarge(study, open);
  const lease = { trialId: id, attempt };
  const { parameters, ruling, lastStep } = open;
  const found = { parameters, document: documentOf(study.record.definition, parameters, { seed }) };
  if (ruling !== null) return study.stop(lease, { ruling, found });
  if ("error" in end) {
    const message = end.error instanceof Error ? end.error.message : String(end.error);
    return study.fail(lease, { reason: { kind: "error", message } });
  }
  const observations = [{ metric, step: lastStep + 1, time: clock.now(), value: end.value }];
  await study.complete(lease, { result: null, observations, found });
}

async function enlarge(study: Study, open: OpenTrial): Promise<void> {
  const change = ({ space }: StudyDefinition) => {
    const enlarged = enlargedSpace(space, open.asked);
    return { space: enlarged, baseDocument: emptyDocument(enlarged) };
  };
  const { definition } = study.record;
  const { space } = change(definition);
  if (
    canonicalJson(JSON.parse(JSON.stringify(space))) ===
    canonicalJson(JSON.parse(JSON.stringify(definition.space)))
  )
    return;
  const before = definition.space.parameters.map(({ name }) => name);
  const added = open.asked.map(({ name }) => name).filter((name) => !before.includes(name));
  const note = added.length === 0 ? "a wider range was asked for" : `asked for ${added.join(", ")}`;
  await study.revise(change, note);
}
