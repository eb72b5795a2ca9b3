/** What a W&B sweep wants: its metrics, when to end, and which trials to stop. */
import { nearestName } from "../../../base/index.ts";
import type { EndRules, Objective, SchedulerChoice } from "../../../search/trial/index.ts";
import { valueText, type SourcePath } from "../problems.ts";
import type { Notes } from "./notes.ts";

type Sweep = Readonly<Record<string, unknown>>;

export interface SweepGoal {
  readonly objective: Objective;
  readonly otherObjectives?: readonly Objective[];
  readonly endWhen?: EndRules;
}

/** What is minimised when a sweep names no metric. */
const usualMetric = "loss";

const metricKeys = ["name", "goal", "target", "impute", "impute_while_running"];

export function sweepGoal(sweep: Sweep, notes: Notes): SweepGoal {
  const list = sweep["metrics"];
  if (Array.isArray(list) && list.length > 0) {
    if (sweep["metric"] !== undefined) notes.warn(["metric"], "metric: `metrics` is used in its place.");
    const [main, ...others] = list.map((one, index) => readMetric(one, ["metrics", index], notes));
    const rules = main!.target === undefined ? {} : { endWhen: { target: main!.target } };
    if (others.length === 0) return { objective: main!.objective, ...rules };
    return {
      objective: main!.objective,
      otherObjectives: others.map(({ objective }) => objective),
      ...rules,
    };
  }
  const given = sweep["metric"];
  if (given === undefined || given === null) {
    const reason = "W&B then compares nothing";
    notes.warn([], `there is no \`metric\` (${reason}): \`${usualMetric}\` is minimised.`);
    return { objective: { metric: usualMetric, direction: "minimize", reduce: "last" } };
  }
  const { objective, target } = readMetric(given, ["metric"], notes);
  return { objective, ...(target === undefined ? {} : { endWhen: { target } }) };
}

function readMetric(
  given: unknown,
  path: SourcePath,
  notes: Notes,
): { readonly objective: Objective; readonly target: number | undefined } {
  const where = String(path[0]);
  if (typeof given === "string") {
    notes.warn(path, `${where}: \`${given}\` is read as its \`name\`, to be minimised.`);
    return { objective: { metric: given, direction: "minimize", reduce: "last" }, target: undefined };
  }
  const metric = typeof given === "object" && given !== null ? (given as Sweep) : {};
  for (const key of Object.keys(metric)) {
    if (metricKeys.includes(key)) continue;
    const nearest = nearestName(key, metricKeys);
    notes.warn(
      [...path, key],
      `${where}: \`${key}\` is not used${nearest === undefined ? "." : `; did you mean \`${nearest}\`?`}`,
    );
  }
  for (const key of ["impute", "impute_while_running"]) {
    if (metric[key] === undefined) continue;
    notes.warn(
      [...path, key],
      `${where}: \`${key}\` is not used: no value is made up for a failed trial, the sampler learns that it failed.`,
    );
  }
  const name = metric["name"];
  if (typeof name !== "string" || name === "") {
    notes.warn(
      path,
      `${where}: expected the name of a metric, got ${valueText(name)}; \`${usualMetric}\` is used.`,
    );
  }
  const target = metric["target"] === undefined ? undefined : Number(metric["target"]);
  if (target !== undefined && !Number.isFinite(target)) {
    notes.warn(
      [...path, "target"],
      `${where}: \`target\` must be a number, got ${valueText(metric["target"])}; it is not used.`,
    );
  }
  return {
    objective: {
      metric: typeof name === "string" && name !== "" ? name : usualMetric,
      direction: readGoal(metric["goal"], path, notes),
      reduce: "last",
    },
    target: target !== undefined && Number.isFinite(target) ? target : undefined,
  };
}

function readGoal(given: unknown, path: SourcePath, notes: Notes): Objective["direction"] {
  if (given === "minimize" || given === "maximize") return given;
  const where = String(path[0]);
  if (given === undefined) {
    notes.warn(path, `${where}: there is no \`goal\`; it is minimised, as by W&B.`);
    return "minimize";
  }
  const isMost = /^\s*(?:max|higher|increas|ascend)/i.test(String(given));
  const direction = isMost ? "maximize" : "minimize";
  notes.warn([...path, "goal"], `${where}: goal ${valueText(given)} is read as ${direction}.`);
  return direction;
}

const stoppingKeys = ["type", "min_iter", "max_iter", "s", "eta", "strict"] as const;

/** The scheduler of `early_terminate`; undefined when there is none, or none that is known. */
export function sweepScheduler(given: unknown, notes: Notes): SchedulerChoice | undefined {
  if (given === undefined || given === null || given === false) return undefined;
  const path: SourcePath = ["early_terminate"];
  const where = "early_terminate";
  if (typeof given !== "object" || Array.isArray(given)) {
    notes.warn(path, `${where}: expected a mapping, got ${valueText(given)}; no trial is stopped early.`);
    return undefined;
  }
  const rule = given as Sweep;
  const type = String(rule["type"] ?? "hyperband").toLowerCase();
  if (nearestName(type, ["hyperband"]) === undefined) {
    notes.warn(
      [...path, "type"],
      `${where}: the only type is hyperband, got ${valueText(rule["type"])}; no trial is stopped early.`,
    );
    return undefined;
  }
  if (rule["type"] !== "hyperband") notes.warn(path, `${where}: its type is read as hyperband.`);
  for (const key of Object.keys(rule)) {
    if ((stoppingKeys as readonly string[]).includes(key)) continue;
    const nearest = nearestName(key, stoppingKeys);
    notes.warn(
      [...path, key],
      `${where}: \`${key}\` is not used${nearest === undefined ? "." : `; did you mean \`${nearest}\`?`}`,
    );
  }
  const number = (key: string, least: number): number | undefined => {
    if (rule[key] === undefined || rule[key] === null) return undefined;
    const value = Number(rule[key]);
    if (Number.isFinite(value) && value >= least) return value;
    notes.warn(
      [...path, key],
      `${where}: \`${key}\` must be a number >= ${least}, got ${valueText(rule[key])}; it is not used.`,
    );
    return undefined;
  };
  const whole = (key: string): number | undefined => {
    const value = number(key, 1);
    if (value === undefined || Number.isInteger(value)) return value;
    notes.warn([...path, key], `${where}: \`${key}\` is read as ${Math.floor(value)}, got ${value}.`);
    return Math.floor(value);
  };
  const bands = bandsOf({ minIter: whole("min_iter"), maxIter: whole("max_iter"), s: whole("s") }, notes);
  let eta = number("eta", 1);
  if (eta === 1) {
    notes.warn([...path, "eta"], `${where}: \`eta\` must be above 1, got 1; 3 is used.`);
    eta = 3;
  }
  const strict = rule["strict"];
  return {
    name: "wandb-hyperband",
    options: {
      ...bands,
      ...(eta === undefined ? {} : { eta }),
      ...(typeof strict === "boolean" ? { strict } : {}),
    },
  };
}

/** Bands are counted up from `min_iter`, or down from `max_iter` for `s` times. */
function bandsOf(
  {
    minIter,
    maxIter,
    s,
  }: { minIter: number | undefined; maxIter: number | undefined; s: number | undefined },
  notes: Notes,
): Readonly<Record<string, number>> {
  const warn = (message: string) => notes.warn(["early_terminate"], `early_terminate: ${message}`);
  if (maxIter !== undefined && s !== undefined) {
    if (minIter !== undefined) warn("`max_iter` and `s` are used, and not `min_iter`.");
    return { maxIter, s };
  }
  if (minIter !== undefined) {
    if (maxIter !== undefined) warn("`min_iter` is used; `max_iter` counts only together with `s`.");
    if (s !== undefined) warn("`s` counts only together with `max_iter`.");
    return { minIter };
  }
  if (maxIter !== undefined) {
    warn("`max_iter` comes without `s`; 3 bands are used.");
    return { maxIter, s: 3 };
  }
  warn("needs `min_iter`, or `max_iter` and `s`; `min_iter: 1` is used.");
  return { minIter: 1 };
}
