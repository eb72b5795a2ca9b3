/**
 * A W&B sweep as a study: of a program, whatever it is, or, for a sweep with `data` and `model` beside its parameters, of this
 * product's own training.
 *
 * Everything that people write and W&B runs is taken; what is understood otherwise than it is written is a warning with its
 * line. Refused is what contradicts itself.
 */
import { basename, extname } from "node:path";

import { nearestName, toSeed, TunesmithError, type Json, type Seed } from "../../../base/index.ts";
import { trainingDocumentSchema } from "../../../learning/training/index.ts";
import { gridSize, samplerNames } from "../../../search/samplers/index.ts";
import { checkPaths, createSpace } from "../../../search/space/index.ts";
import type { StudyDefinition } from "../../../search/trial/index.ts";
import { checkStudy, type CheckedStudy } from "../check-study.ts";
import { commandSettings, type CommandDocument } from "../command-document.ts";
import { documentPaths } from "../document-schema.ts";
import { readLabels } from "../study-labels.ts";
import { overrideSource, type Override } from "../overrides.ts";
import { valueText, type Locate } from "../problems.ts";
import { Notes } from "./notes.ts";
import type { SweepSource } from "./read-sweep.ts";
import { ownCommandKeys, sweepCommand } from "./sweep-command.ts";
import { sweepGoal, sweepScheduler, type SweepGoal } from "./sweep-goal.ts";
import { sweepSpace, type SweepSpace } from "./sweep-space.ts";

export interface CheckSweepOptions {
  readonly overrides?: readonly Override[];
  /** What the program's path is relative to, and where it runs. */
  readonly folder: string;
}

type Sweep = Readonly<Record<string, unknown>>;

/** W&B's keys, and after them those that are this product's own. */
const knownKeys: readonly string[] = [
  ...`
  apiVersion kind controller name description entity project program job image_uri command method metric metrics
  scheduler early_terminate run_cap parameters
  data model training seed labels
`.match(/\w+/g)!,
  ...ownCommandKeys,
];

/** What belongs to W&B's servers and changes what they run. */
const serverKeys: readonly string[] = ["controller", "job", "image_uri", "scheduler"];

/** Where a study file's key of the command line's options stands in a sweep. */
const sweepPath: Readonly<Record<string, readonly string[]>> = {
  study: ["name"],
  "search.maxTrials": ["run_cap"],
};

/** Random search and Bayesian search have no end of their own; W&B's goes on for ever. */
const defaultTrials = 20;

/** @throws INVALID_STUDY_FILE with every contradiction, each with its line */
export function checkSweep(source: SweepSource, options: CheckSweepOptions): CheckedStudy {
  const overrides = (options.overrides ?? []).map((one) => ({
    ...one,
    path: sweepPath[one.path.join(".")] ?? one.path,
  }));
  const notes = new Notes(source, overrides);
  const sweep = overrideSource({ value: source.value, locate: notes.locate }, overrides).value as Sweep;
  warnOfKeys(sweep, notes);
  const sampler = samplerOf(sweep["method"], notes);
  const given = parametersOf(sweep, notes);
  const space = sweepSpace(given, { source, notes, isGrid: sampler === "grid" });
  const goal = sweepGoal(sweep, notes);
  const scheduler = sweepScheduler(sweep["early_terminate"], notes);
  const cap = capOf(sweep["run_cap"], notes);
  const isBuiltIn = trainsItself(sweep, space);
  const command = isBuiltIn ? undefined : sweepCommand(sweep, { names: programNames(space), notes });
  if (notes.problems.length > 0) throw notes.error();

  const name = nameOf(sweep["name"], source.fileName);
  const description = typeof sweep["description"] === "string" ? sweep["description"] : "";
  const shared = {
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(goal.otherObjectives === undefined ? {} : { otherObjectives: goal.otherObjectives }),
    ...(goal.endWhen === undefined ? {} : { endWhen: goal.endWhen }),
  };
  if (command === undefined) {
    if (cap === undefined && sampler !== "grid") warnOfCap(notes);
    const study = trainingStudy(sweep, { name, description, sampler, space, goal, cap });
    const checked = checkStudy(study, placeIn(space, notes.locate), { folder: options.folder });
    return { ...checked, definition: { ...checked.definition, ...shared }, warnings: notes.warnings };
  }
  const { keys, renamed } = space;
  const baseDocument: CommandDocument = {
    ...space.values,
    command: commandSettings(command, {
      folder: options.folder,
      parameters: [...keys],
      ...(Object.keys(renamed).length === 0 ? {} : { renamed }),
    }),
  };
  const definition: StudyDefinition = {
    name,
    description,
    space: createSpace(space.parameters.map((one) => ({ name: one.name, distribution: one.distribution }))),
    sampler: { name: sampler, options: {} },
    objective: goal.objective,
    seed: seedOf(sweep["seed"], notes),
    maxTrials: 1,
    baseDocument,
    ...shared,
  };
  checkPaths({ ...baseDocument, seed: definition.seed }, definition.space);
  const labels = readLabels(sweep["labels"] as Json | undefined, definition.space);
  for (const { path, at, message } of labels.problems) notes.refuse(at ?? path, message);
  const maxTrials = trialsOf(definition, cap, notes);
  if (notes.problems.length > 0) throw notes.error();
  return {
    definition: { ...definition, ...labels.part, maxTrials },
    document: null,
    sources: {},
    warmStart: [],
    warnings: notes.warnings,
  };
}

function warnOfKeys(sweep: Sweep, notes: Notes): void {
  for (const key of Object.keys(sweep)) {
    if (serverKeys.includes(key)) notes.warn([key], `${key}: is W&B's own and is not used.`);
    if (knownKeys.includes(key)) continue;
    const nearest = nearestName(key, knownKeys);
    notes.warn(
      [key],
      `unknown key \`${key}\` is not used${nearest === undefined ? "." : `; did you mean \`${nearest}\`?`}`,
    );
  }
}

/** The sampler in this product for a method of W&B's. */
function samplerOf(given: unknown, notes: Notes): string {
  const guided = samplerNames.includes("auto") ? "auto" : "tpe";
  const samplers: Readonly<Record<string, string>> = { bayes: guided, random: "random", grid: "grid" };
  const text = String(given ?? "")
    .trim()
    .toLowerCase();
  const exact = Object.hasOwn(samplers, text) ? text : undefined;
  const method =
    exact ?? nearestName(text, Object.keys(samplers)) ?? (/bayes/.test(text) ? "bayes" : undefined);
  if (given === undefined) {
    notes.warn([], "there is no `method`; bayes is used.");
    return guided;
  }
  if (method === undefined) {
    const why = text === "custom" ? "is a scheduler of W&B's" : "is not known";
    notes.warn(["method"], `method: ${valueText(given)} ${why}; bayes is used.`);
    return guided;
  }
  if (method !== given) notes.warn(["method"], `method: ${valueText(given)} is read as ${method}.`);
  return samplers[method]!;
}

function parametersOf(sweep: Sweep, notes: Notes): Sweep {
  const given = sweep["parameters"];
  if (typeof given === "object" && given !== null && !Array.isArray(given) && Object.keys(given).length > 0) {
    return given as Sweep;
  }
  notes.refuse(["parameters"], `a sweep needs a mapping of at least one parameter, got ${valueText(given)}.`);
  throw notes.error();
}

function capOf(given: unknown, notes: Notes): number | undefined {
  if (given === undefined || given === null) return undefined;
  const cap = Math.floor(Number(given));
  if (!Number.isSafeInteger(cap) || cap < 1) {
    notes.refuse(["run_cap"], `expected a whole number >= 1, got ${valueText(given)}.`, "value");
    return undefined;
  }
  if (cap !== given) notes.warn(["run_cap"], `run_cap: ${valueText(given)} is read as ${cap}.`);
  return cap;
}

function warnOfCap(notes: Notes): void {
  notes.warn(
    [],
    `there is no \`run_cap\`, and W&B would go on for ever: ${defaultTrials} trials are run; \`--max-trials N\` says how many.`,
  );
}

function trialsOf(definition: StudyDefinition, cap: number | undefined, notes: Notes): number {
  if (definition.sampler.name !== "grid") {
    if (cap === undefined) warnOfCap(notes);
    return cap ?? defaultTrials;
  }
  try {
    const size = gridSize(definition.space);
    return Math.min(cap ?? size, size);
  } catch (error) {
    if (!(error instanceof TunesmithError)) throw error;
    notes.refuse(["parameters"], error.message);
    return 1;
  }
}

/** A name that tables and command lines can hold. */
function nameOf(given: unknown, fileName: string): string {
  const file = basename(fileName, extname(fileName));
  const text = typeof given === "string" || typeof given === "number" ? String(given) : file;
  const name = text
    .replaceAll(/[^\p{L}\p{N}._ -]+/gu, "-")
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .trim();
  return name.slice(0, 100).trim() || "sweep";
}

function seedOf(given: unknown, notes: Notes): Seed {
  try {
    return toSeed((given ?? 0) as number);
  } catch (error) {
    notes.refuse(["seed"], (error as Error).message, "value");
    return toSeed(0);
  }
}

/** What the program calls what it is given. */
function programNames({ keys, renamed }: SweepSpace): readonly string[] {
  return keys.map((key) => renamed[key] ?? key);
}

/** True of a sweep that nothing but this product's own training can run: every parameter is a path of its document. */
function trainsItself(sweep: Sweep, { parameters }: SweepSpace): boolean {
  if (sweep["program"] !== undefined || sweep["command"] !== undefined) return false;
  if (sweep["data"] === undefined || sweep["model"] === undefined) return false;
  const paths = documentPaths(trainingDocumentSchema);
  return parameters.every(({ name }) => paths.includes(name));
}

interface TrainingStudyOptions {
  readonly name: string;
  readonly description: string;
  readonly sampler: string;
  readonly space: SweepSpace;
  readonly goal: SweepGoal;
  readonly cap: number | undefined;
}

/** The sweep as a study file. */
function trainingStudy(sweep: Sweep, options: TrainingStudyOptions): unknown {
  const { name, description, sampler, space, goal, cap } = options;
  const { metric, direction, reduce } = goal.objective;
  const kept = ["data", "model", "training", "seed", "labels"].filter((key) => sweep[key] !== undefined);
  return {
    study: name,
    description,
    ...Object.fromEntries(kept.map((key) => [key, sweep[key]])),
    search: {
      method: sampler,
      metric: { name: metric, goal: direction, reduce },
      parameters: Object.fromEntries(space.parameters.map((one) => [one.name, one.entry])),
      ...(cap === undefined ? {} : { maxTrials: cap }),
    },
  };
}

/** Where in the sweep stands what the study file made of it has at a path. */
function placeIn({ parameters }: SweepSpace, locate: Locate): Locate {
  return ([head, part, name, ...rest], target) => {
    if (head === "study") return locate(["name"], target);
    if (head !== "search") {
      return locate(
        [head, part, name, ...rest].filter((key) => key !== undefined),
        target,
      );
    }
    if (part === "maxTrials") return locate(["run_cap"], target);
    if (part !== "parameters" || name === undefined) {
      return locate(
        [part, name, ...rest].filter((key) => key !== undefined),
        target,
      );
    }
    const parameter = parameters.find((one) => one.name === name);
    return locate([...(parameter?.path ?? ["parameters", name]), ...rest], target);
  };
}
