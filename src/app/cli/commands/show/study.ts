import { stringify } from "yaml";

import type { StudyVersion } from "../../../../search/trial/index.ts";
import type { CliContext } from "../../context.ts";
import { renderFields } from "../../output/table.ts";
import { renderConfigurations, renderFront } from "../../records/configurations-view.ts";
import type { OpenedStudy } from "../../records/open-study.ts";
import { searchFields, spaceFields, type Field } from "../../records/search-text.ts";
import { readStages, stageText } from "../../records/stage-view.ts";
import { describeBest, findBest, stateText, studyState } from "../../records/study-view.ts";
import { describeTests, testView } from "../../records/test-view.ts";

/** What a study is, how it searches, what it found, and why it ended. */
export async function showStudy(context: CliContext, opened: OpenedStudy): Promise<void> {
  const { storage, study } = opened;
  const { definition, createdAt, stopRequested, id } = study.record;
  const { name, description, space, baseDocument, otherObjectives } = definition;
  const progress = await study.progress();
  const best = await findBest(study);
  const tests = (await storage.listTestOpenings(id)).map(testView);
  const versions = await study.versions();
  const configurations = await study.configurations();
  const stages = await readStages(opened);
  if (context.isJson) {
    // What it learnt from is long and stands in other studies.
    const { prior = [], ...rest } = definition;
    return context.printJson({
      study: name,
      description,
      state: studyState(progress),
      stopRequested,
      ended: progress.ended,
      createdAt,
      sampler: rest.sampler,
      scheduler: rest.scheduler ?? null,
      objective: rest.objective,
      otherObjectives: otherObjectives ?? [],
      outcomeConstraints: rest.outcomeConstraints ?? [],
      replicates: rest.replicates ?? null,
      ordered: rest.ordered ?? null,
      endWhen: rest.endWhen ?? null,
      labels: rest.labels ?? [],
      initial: rest.initial ?? [],
      priorResults: prior.length,
      seed: rest.seed,
      maxTrials: rest.maxTrials,
      progress,
      parameters: Object.fromEntries(
        space.parameters.map((parameter) => [parameter.name, parameter.distribution]),
      ),
      document: baseDocument,
      best:
        best === null
          ? null
          : {
              trial: best.trial.number,
              value: best.trial.objectiveValue,
              interval: best.interval,
              replicates: best.replicates,
            },
      configurations,
      front: otherObjectives === undefined ? null : await study.front(),
      stages,
      versions: versions.map(({ version, createdAt: since, note }) => ({ version, createdAt: since, note })),
      tests,
    });
  }
  const options = { style: context.styleOf("stdout"), width: context.width };
  const { style } = options;
  const fields: readonly Field[] = [
    ["study", style.strong(name)],
    ...(description === "" ? [] : [["description", description] as const]),
    ["state", stateText(progress)],
    ...(progress.ended === null ? [] : [["ended", progress.ended.message] as const]),
    ...searchFields(definition),
    ...spaceFields(space),
    ["created", new Date(createdAt).toISOString()],
    ...versions.slice(1).map((version) => ["changed", changeText(version)] as const),
    ...(best === null ? [] : [["best", describeBest(best)] as const]),
    ...(tests.length === 0 ? [] : [["test split", describeTests(tests)] as const]),
  ];
  const repeated = renderConfigurations(configurations, definition, options);
  const front = await renderFront(opened, options);
  const parts = [
    renderFields(fields, style),
    ...(repeated === null ? [] : [repeated]),
    ...(front === null ? [] : [front]),
    ...(stages === null ? [] : [stageText(stages)]),
    `${style.faint("base document")}\n${stringify(baseDocument).trimEnd()}`,
  ];
  context.print(parts.join("\n\n"));
}

function changeText({ version, createdAt, note }: StudyVersion): string {
  return `${new Date(createdAt).toISOString()}, version ${version}: ${note}`;
}
