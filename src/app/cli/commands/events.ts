import type { Command } from "commander";

import type { EventRecord } from "../../../search/trial/index.ts";
import type { CliContext } from "../context.ts";
import { parseCount } from "../context.ts";
import { eventLine } from "../records/event-text.ts";
import { withStudy, type OpenedStudy } from "../records/open-study.ts";

interface EventsOptions {
  readonly follow?: boolean;
  readonly after?: number;
}

export function registerEvents(program: Command, context: CliContext): void {
  program
    .command("events")
    .description("what happened in a study, one line for each event of its log")
    .argument("<study>", "name of the study")
    .option("--after <sequence>", "only events after this one", parseCount("--after", 0))
    .option("--follow", "go on with what happens until Ctrl-C")
    .addHelpText("after", "\nWith --json: one JSON document a line, one line an event.")
    .action((study: string, options: EventsOptions) => tellEvents(context, study, options));
}

async function tellEvents(
  context: CliContext,
  name: string,
  { follow = false, after = 0 }: EventsOptions,
): Promise<void> {
  await withStudy(context, name, async (opened) => {
    const end = new AbortController();
    const onSignal = () => end.abort();
    if (follow) for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, onSignal);
    else end.abort();
    const tell = await teller(context, opened);
    for await (const events of opened.study.followEvents({ after, signal: end.signal })) await tell(events);
  });
}

/** Prints events in words, or as lines of JSON. */
async function teller(
  context: CliContext,
  { study }: OpenedStudy,
): Promise<(events: readonly EventRecord[]) => Promise<void>> {
  if (context.isJson) {
    return async (events) => context.print(events.map((event) => JSON.stringify(event)).join("\n"));
  }
  const versions = new Map((await study.versions()).map(({ version, definition }) => [version, definition]));
  let { definition } = study.record;
  return async (events) => {
    for (const event of events) {
      if (event.kind === "study-revised") versions.set(event.version, event.definition);
      if ("definition" in event) ({ definition } = event);
    }
    context.print(events.map((event) => eventLine(event, definition, versions)).join("\n"));
  };
}
