import type { Command } from "commander";

import { TunesmithError } from "../../../base/index.ts";
import type { CliContext } from "../context.ts";
import { formatNumber, formatValue } from "../output/number.ts";
import { renderFields } from "../output/table.ts";
import { withStudy } from "../records/open-study.ts";
import { describeBest, findBest } from "../records/study-view.ts";
import { describeTests, testView } from "../records/test-view.ts";
import { trialView } from "../records/trial-view.ts";

export function registerBest(program: Command, context: CliContext): void {
  program
    .command("best")
    .description("the best configuration, with its uncertainty")
    .argument("<study>", "name of the study")
    .action((name: string) => showBest(context, name));
}

async function showBest(context: CliContext, name: string): Promise<void> {
  await withStudy(context, name, async ({ storage, study }) => {
    const { id, definition } = study.record;
    const best = await findBest(study);
    if (best === null) {
      throw new TunesmithError("NO_RESULT", {
        message: `study \`${name}\`: no trial is completed with a value of \`${definition.objective.metric}\` yet.`,
        hint: `\`${context.commandLine("trials", name)}\` shows where its trials stand.`,
      });
    }
    const tests = (await storage.listTestOpenings(id)).map(testView);
    const view = trialView(best.trial, await storage.listSeries(id), definition);
    if (context.isJson) {
      return context.printJson({
        study: name,
        trial: view,
        interval: best.interval,
        tiedWith: best.tiedWith,
        replicates: best.replicates,
        tests,
      });
    }
    const style = context.styleOf("stdout");
    const { objective } = definition;
    const fields: (readonly [string, string])[] = [
      ["trial", describeBest(best)],
      ["objective", `${objective.direction} ${objective.metric} (${objective.reduce})`],
      ...Object.entries(view.parameters).map(
        ([path, value]) => [path, style.strong(formatValue(value))] as const,
      ),
      ...Object.entries(view.metrics)
        .filter(([metric]) => /\/(?:loss|accuracy|mean-absolute-error|r-squared)$/.test(metric))
        .map(([metric, { last }]) => [metric, formatNumber(last)] as const),
      ...(tests.length === 0 ? [] : [["test split", describeTests(tests)] as const]),
    ];
    context.print(renderFields(fields, style));
    context.note(
      style.faint("\nChosen for its value on these examples, so its value on new ones is likely lower."),
    );
    if (tests.length === 0) {
      context.note(
        style.faint(
          `\`${context.commandLine("test", name)}\` measures it, once, on test examples that no choice was made on.`,
        ),
      );
    }
  });
}
