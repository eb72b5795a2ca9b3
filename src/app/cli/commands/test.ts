import { Option, type Command } from "commander";

import { systemClock, TunesmithError } from "../../../base/index.ts";
import { backendNames, type BackendName } from "../../../learning/runtime/index.ts";
import type { TrialRecord } from "../../../search/trial/index.ts";
import { environmentDifferences, testTrial } from "../../evaluation/index.ts";
import { sourceOptionsOf } from "../../spec/index.ts";
import type { CliContext } from "../context.ts";
import { readingOptions } from "../output/reading-progress.ts";
import { trainingProgress } from "../output/training-progress.ts";
import { parseTrialNumber, withStudy, type OpenedStudy } from "../records/open-study.ts";
import { runtimeFor } from "../records/recorded-backend.ts";
import { findBest } from "../records/study-view.ts";
import { refuseProgram } from "../train-again.ts";
import { describeEarlier, ordinalText, renderTests, testView, type TestView } from "../records/test-view.ts";

interface TestOptions {
  readonly again?: boolean;
  readonly backend?: BackendName;
}

export function registerTest(program: Command, context: CliContext): void {
  program
    .command("test")
    .description("open the locked test split for the winner, once, and record it")
    .argument("<study>", "name of the study")
    .argument("[trial]", "number of a trial in place of the best one", parseTrialNumber)
    .option("--again", "open it although it was opened before")
    .addOption(
      new Option("--backend <name>", "where to compute (default: as recorded)").choices(backendNames),
    )
    .addHelpText(
      "after",
      "\nThe trial is trained again from its record and measured on all test examples. Once the split was opened, the\nearlier result is printed and nothing is opened, unless --again says so.",
    )
    .action((name: string, number: number | undefined, options: TestOptions) =>
      withStudy(context, name, (opened) => test(context, opened, { ...options, number })),
    );
}

async function test(
  context: CliContext,
  opened: OpenedStudy,
  { number, again: isAgain = false, backend }: TestOptions & { readonly number: number | undefined },
): Promise<void> {
  const { storage, study } = opened;
  const { record } = study;
  const earlier = (await storage.listTestOpenings(record.id)).map(testView);
  if (earlier.length > 0 && !isAgain) return showEarlier(context, record.definition.name, earlier);
  const trial =
    number === undefined ? await winnerOf(context, opened) : await storage.getTrial(record.id, number);
  refuseProgram(record.definition.name, trial);
  const progress = trainingProgress(context, trial.result?.epochs ?? 1);
  const reading = readingOptions(context);
  const opening = await testTrial({
    storage,
    study: record,
    trial,
    isAgain,
    runtime: await runtimeFor(trial.result, backend),
    clock: systemClock,
    sources: await sourceOptionsOf(record.definition, reading.sources),
    purpose: purposeOf(record.definition.name, number),
    onEpoch: progress.onEpoch,
  }).finally(() => {
    reading.end();
    progress.end();
  });
  const tests = (await storage.listTestOpenings(record.id)).map(testView);
  if (opening === null) return showEarlier(context, record.definition.name, tests);

  const { resultHash, environment } = trial.result!;
  const isIdentical = opening.result.resultHash === resultHash;
  if (!isIdentical) {
    const differences = environmentDifferences(environment, opening.result.environment).join("; ");
    context.warn(
      `the weights that were tested are not those of trial #${trial.number}: trained again they gave another result (computed elsewhere: ${differences}).`,
    );
  }
  const before = tests.filter(({ ordinal }) => ordinal < opening.ordinal);
  if (isNotEmpty(before)) {
    context.warn(
      `the test split was opened for the ${ordinalText(opening.ordinal)} time; first ${describeEarlier(before)}: a choice made after looking is no longer honest.`,
    );
  }
  show(context, { study: record.definition.name, tests, opened: true, identical: isIdentical });
}

/** @throws NO_RESULT; STUDY_UNFINISHED, since an opening cannot be taken back when another trial wins later */
async function winnerOf(context: CliContext, { study }: OpenedStudy): Promise<TrialRecord> {
  const { name, objective } = study.record.definition;
  const best = await findBest(study);
  if (best === null) {
    throw new TunesmithError("NO_RESULT", {
      message: `study \`${name}\`: no trial is completed with a value of \`${objective.metric}\` yet.`,
      hint: `\`${context.commandLine("trials", name)}\` shows where its trials stand.`,
    });
  }
  const { remaining, total, isFinished } = await study.progress();
  if (isFinished) return best.trial;
  throw new TunesmithError("STUDY_UNFINISHED", {
    message: `study \`${name}\`: all trials must be finished before the winner is tested, got ${remaining} of ${total} to go.`,
    hint: `Go on by \`${context.commandLine("resume", name)}\`, or test the best so far by \`${context.commandLine("test", name, String(best.trial.number))}\`.`,
    facts: { study: name, remaining, best: best.trial.number },
  });
}

function purposeOf(study: string, number: number | undefined): string {
  return number === undefined
    ? `the winner of study \`${study}\``
    : `trial #${number} of study \`${study}\`, asked for by its number`;
}

function isNotEmpty(tests: readonly TestView[]): tests is readonly [TestView, ...(readonly TestView[])] {
  return tests.length > 0;
}

function showEarlier(context: CliContext, study: string, tests: readonly TestView[]): void {
  show(context, { study, tests, opened: false, identical: null });
  if (!isNotEmpty(tests)) return;
  const before = tests.length === 1 ? "before," : `${tests.length} times before, first`;
  context.note(
    `Nothing was opened: the test split was opened ${before} ${describeEarlier(tests)}. A choice made after looking is no longer honest; \`${context.commandLine("test", study, "--again")}\` opens it all the same.`,
  );
}

interface Shown {
  readonly study: string;
  readonly tests: readonly TestView[];
  /** Whether this command opened the split. */
  readonly opened: boolean;
  readonly identical: boolean | null;
}

function show(context: CliContext, { study, tests, opened, identical }: Shown): void {
  if (context.isJson) return context.printJson({ study, opened, identical, test: tests.at(-1), tests });
  context.print(renderTests(tests, { style: context.styleOf("stdout"), width: context.width }));
}
