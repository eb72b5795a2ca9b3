/**
 * How good what is found is after so many epochs, with and without schedulers, on recorded trainings: four workers in simulated
 * time, 30 seeds.
 *
 *     node bench/search/schedulers.ts
 */
import { fileURLToPath } from "node:url";

import { toSeed, type Json, type Seed } from "../../src/base/index.ts";
import {
  createSampler,
  parseSpace,
  configurationKey,
  samplerNames,
  type Evaluation,
} from "../../src/search/index.ts";
import {
  createScheduler,
  schedulerNames,
  type Scheduler,
  type TrialCurve,
} from "../../src/search/schedulers/index.ts";
import { evaluation, question } from "../../src/testing/optimise.ts";
import { simulateSchedule } from "../../src/testing/simulate-schedule.ts";
import { readCurveTable, type CurveTable, type RecordedTrial } from "./problems/table.ts";
import { table as markdown, writeFormatted } from "./results.ts";
import { holm, mannWhitney, median } from "./statistics.ts";

const seeds = 30;
const workers = 4;
/** In full trainings. */
const budgets = [4, 8, 16, 32];
const tables = ["fashion-mlp", "fashion-cnn"];

interface Search {
  readonly title: string;
  readonly sampler: string;
  readonly scheduler: string | null;
  readonly options?: Readonly<Record<string, Json>>;
}

const plain = "random";
const plainAsha = "random, `asha` (stop)";

const searches: readonly Search[] = [
  { title: plain, sampler: "random", scheduler: null },
  { title: "random, `median`", sampler: "random", scheduler: "median" },
  { title: "random, `percentile`", sampler: "random", scheduler: "percentile" },
  { title: plainAsha, sampler: "random", scheduler: "asha" },
  { title: "random, `asha` (promote)", sampler: "random", scheduler: "asha", options: { mode: "promote" } },
  { title: "random, `successive-halving`", sampler: "random", scheduler: "successive-halving" },
  { title: "random, `hyperband`", sampler: "random", scheduler: "hyperband" },
  { title: "random, `wandb-hyperband`", sampler: "random", scheduler: "wandb-hyperband" },
  { title: "random, `curve-extrapolation`", sampler: "random", scheduler: "curve-extrapolation" },
  { title: "`bohb`, `hyperband`", sampler: "bohb", scheduler: "hyperband" },
  { title: "`tpe`", sampler: "tpe", scheduler: null },
  { title: "`tpe`, `asha` (stop)", sampler: "tpe", scheduler: "asha" },
  { title: "`auto`", sampler: "auto", scheduler: null },
];

const available = searches.filter(
  ({ sampler, scheduler }) =>
    samplerNames.includes(sampler) && (scheduler === null || schedulerNames.includes(scheduler)),
);

/** Thrown out of the simulation. */
class BudgetSpent extends Error {}

const patient: Scheduler = { name: "none", nextStep: () => Infinity, judge: () => null };

/** The sampler's part of a simulated study: which recorded training each trial is, and what is known of them. */
class Recorded {
  readonly trials: RecordedTrial[] = [];
  readonly reached: number[] = [];
  #live: readonly TrialCurve[] = [];
  readonly #known: Evaluation[] = [];
  readonly #byKey: ReadonlyMap<string, RecordedTrial>;
  readonly #sampler: ReturnType<typeof createSampler>;
  readonly #space: ReturnType<typeof parseSpace>;
  readonly #seed: Seed;

  constructor(table: CurveTable, sampler: string, seed: Seed) {
    this.#space = parseSpace(table.space);
    this.#byKey = new Map(table.trials.map((trial) => [configurationKey(trial.parameters), trial]));
    this.#sampler = createSampler({ name: sampler, options: {} }, this.#space);
    this.#seed = seed;
  }

  /** Looks at the trials whenever the scheduler does. */
  watch(scheduler: Scheduler): Scheduler {
    return {
      ...scheduler,
      judge: (trial, trials) => {
        this.#live = trials;
        return scheduler.judge(trial, trials);
      },
    };
  }

  /** Null: the training has failed. */
  lossAt(number: number, step: number): number | null {
    while (this.trials.length <= number) this.#start(this.trials.length);
    this.reached[number] = step;
    const value = this.trials[number]!.values[step - 1] ?? null;
    return value === null ? null : 1 - value;
  }

  #start(number: number): void {
    const asked = question({
      number,
      seed: this.#seed,
      space: this.#space,
      history: this.trials.map((_, index) => this.#evaluationOf(index)),
      maxTrials: this.#byKey.size,
    });
    const { configuration } = this.#sampler.suggest(asked)!;
    this.trials.push(this.#byKey.get(configurationKey(configuration))!);
    this.reached.push(0);
  }

  #evaluationOf(number: number): Evaluation {
    const { parameters, values } = this.trials[number]!;
    const steps = this.reached[number]!;
    const curve = values
      .slice(0, steps)
      .map((value, index) => ({ step: index + 1, loss: 1 - (value ?? NaN) }));
    const last = curve.at(-1)?.loss;
    const hasFailed = last !== undefined && Number.isNaN(last);
    const isStopped = this.#live[number]?.state === "stopped";
    const state = hasFailed
      ? "failed"
      : steps === values.length
        ? "completed"
        : isStopped
          ? "stopped"
          : "pending";
    const before = this.#known[number];
    if (before?.state === state && before.curve.length === curve.length) return before;
    return (this.#known[number] = evaluation({
      number,
      configuration: parameters,
      state,
      losses: last === undefined || hasFailed ? null : [last],
      replicates: last === undefined || hasFailed ? 0 : 1,
      fidelity: steps / values.length,
      curve,
    }));
  }
}

/** The best loss reported until the end of each epoch of all that are trained. */
function bestByEpoch(
  table: CurveTable,
  { sampler, scheduler, options = {} }: Search,
  seedNumber: number,
): number[] {
  const seed = toSeed(seedNumber);
  const length = table.trials[0]!.values.length;
  const recorded = new Recorded(table, sampler, seed);
  const chosen =
    scheduler === null
      ? patient
      : createScheduler(
          { name: scheduler, options },
          { seed, study: table.study, direction: "maximize", reduce: "last" },
        );
  const best: number[] = [];
  const total = budgets.at(-1)! * length;
  const lossAt = ({ number }: { readonly number: number }, step: number) => {
    if (best.length === total) throw new BudgetSpent();
    const loss = recorded.lossAt(number, step);
    best.push(Math.min(best.at(-1) ?? 1, loss ?? 1));
    return loss;
  };
  try {
    const maxTrials = table.trials.length;
    simulateSchedule({
      scheduler: recorded.watch(chosen),
      maxTrials,
      length,
      lossAt,
      workers,
    });
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
  }
  while (best.length < total) best.push(best.at(-1)!);
  return best;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function section(name: string): string[] {
  const table = readCurveTable(name);
  const length = table.trials[0]!.values.length;
  const best = 1 - Math.max(...table.trials.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const measured = available.map((search) => {
    const losses = Array.from({ length: seeds }, (_, index) => bestByEpoch(table, search, index + 1));
    return { ...search, losses, anytime: losses.map(mean) };
  });
  /** Of each search against one of them. */
  const against = (title: string) => {
    const reference = measured.find((one) => one.title === title)!;
    const others = measured.filter((one) => one !== reference);
    const adjusted = holm(others.map(({ anytime }) => mannWhitney(anytime, reference.anytime).p));
    return new Map(others.map((one, index) => [one, adjusted[index]!]));
  };
  const probabilities = [plain, plainAsha].map(against);
  const probability = (p: number | undefined) =>
    p === undefined ? "" : p < 0.001 ? "<0.001" : Number(p.toFixed(3)).toString();
  const points = (losses: readonly number[]) => (100 * (median(losses) - best)).toFixed(2);
  const rows = measured.map((one) => [
    one.title,
    ...budgets.map((count) => points(one.losses.map((row) => row[count * length - 1]!))),
    points(one.anytime),
    ...probabilities.map((all) => probability(all.get(one))),
  ]);
  const head = [...budgets.map(String), "anytime", "p, random", "p, `asha`"];
  return [
    `### ${name}: ${table.trials.length} trainings of ${length} epochs`,
    markdown(["search", ...head], rows),
  ];
}

const document = [
  "## Schedulers",
  `Recorded trainings of Tunesmith itself on parts of Fashion-MNIST (\`bench/search/curves/\`), ${workers} workers in simulated time, in which every epoch takes as long. Regret in percentage points: how far the best validation accuracy reported so far is from the best in the table, after as many epochs as ${budgets.join(", ")} full trainings take, and the mean over all epochs until then; medians over ${seeds} seeds. The last columns compare that mean with that of plain random search and of plain \`asha\`, by Mann and Whitney's test with Holm's correction.`,
  ...tables.flatMap(section),
].join("\n\n");
console.log(document);
const path = fileURLToPath(new URL("results/schedulers.md", import.meta.url));
await writeFormatted(path, document, "markdown");
