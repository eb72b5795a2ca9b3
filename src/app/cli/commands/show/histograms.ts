import { FilePlaces, HistogramFile } from "../../../worker/index.ts";
import type { CliContext } from "../../context.ts";
import { histogramBars } from "../../output/histogram-bars.ts";
import { renderTable } from "../../output/table.ts";
import type { OpenedStudy } from "../../records/open-study.ts";

const barsWidth = 32;

/** What `training.measure: [histograms]` left of a trial's last epoch; with `--json` of all. */
export async function showHistograms(
  context: CliContext,
  { storage, study }: OpenedStudy,
  number: number,
): Promise<void> {
  const { id, definition } = study.record;
  const trial = await storage.getTrial(id, number);
  const epochs = await new HistogramFile(new FilePlaces(context).local, {
    study: definition.name,
    trial: trial.number,
  }).read();
  if (context.isJson) return context.printJson({ study: definition.name, trial: trial.number, epochs });
  const last = epochs.at(-1);
  if (last === undefined)
    return context.note("no histograms: `training.measure` does not list `histograms`.");
  const style = context.styleOf("stdout");
  const rows = Object.entries(last.histograms).map(([name, histogram]) => [
    name,
    style.accent(histogramBars(histogram, barsWidth)),
  ]);
  context.print(
    renderTable([{ title: `epoch ${last.epoch}` }, { title: "from most negative to most positive" }], rows, {
      style,
    }),
  );
}
