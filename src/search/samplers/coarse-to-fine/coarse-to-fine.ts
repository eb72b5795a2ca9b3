/**
 * A search in stages, as a person does it: many short trainings in a wide space, then what diverged or learned nothing is
 * dropped, each parameter is narrowed around the best third, and the best configurations are trained longer beside new ones
 * from the narrowed space; at last the best few are trained to the end.
 *
 * A stage begins when all trials of the one before have finished. New configurations are spread as a Latin hypercube.
 * `stageLog` tells what was dropped and narrowed, and why.
 */
import { RandomStream, type Json } from "../../../base/index.ts";
import {
  configurationKey,
  drawFeasible,
  type Configuration,
  type SearchParameter,
} from "../../space/index.ts";
import type { Evaluation, Sampler, SuggestOptions, Suggestion } from "../sampler.ts";
import { drawUntried } from "../untried.ts";
import { describeRange, isSameRange, rangeText, valueIn, wholeBox, type Box } from "./box.ts";
import { planOf, stageAt, type CoarseToFineOptions, type Stage } from "./plan.ts";
import { keptFor, stagesOf } from "./stages.ts";

export function createCoarseToFineSampler(options: CoarseToFineOptions): Sampler {
  return {
    name: "coarse-to-fine",
    usesHistory: true,
    usesCurves: true,
    size: null,
    suggest(asked): Suggestion | null {
      const { number, retry, space, history, maxTrials } = asked;
      const plan = planOf(options, maxTrials);
      const stage = stageAt(plan, number);
      const known = history.filter((one) => one.number < number);
      const states = stage.stage === 1 ? [] : stagesOf(space, plan, { history: known, count: number });
      const before = states[stage.stage - 2]?.result ?? null;
      if (stage.stage > 1 && before === null) return null;
      const box = states[stage.stage - 1]?.box ?? wholeBox(space);
      const kept = before === null ? [] : keptFor(stage, before);
      const index = number - stage.first;
      if (index < kept.length && retry === 0) {
        return trainedAgain(kept[index]!, { stage, rank: index + 1, of: before!.ranked.length });
      }
      const drawn = drawNew(asked, {
        stage,
        box,
        index: index - kept.length,
        new: stage.trials - kept.length,
      });
      if (drawn !== null) return drawn;
      // Everything is tried: what is left to do is to train the next best longer.
      const next = before?.ranked[index % Math.max(1, before.ranked.length)];
      return next === undefined
        ? suggestion(
            drawUntried(asked, () => false),
            { asked, stage, box },
          )
        : trainedAgain(next, { stage, rank: before!.ranked.indexOf(next) + 1, of: before!.ranked.length });
    },
  };
}

function trainedAgain(
  { configuration, number }: Evaluation,
  { stage, rank, of }: { readonly stage: Stage; readonly rank: number; readonly of: number },
): Suggestion {
  const message = `${stageText(stage)}: trial ${number} again, ${rank === 1 ? "the best" : `number ${rank}`} of ${of} that learned`;
  const facts = { stage: stage.stage, stages: stage.stages, from: number, rank, of };
  return { configuration, again: true, ...stage.length, why: { kind: "exploiting", message, facts } };
}

interface DrawOptions {
  readonly stage: Stage;
  readonly box: Box;
  /** The place among the new configurations of the stage. */
  readonly index: number;
  /** How many they are. */
  readonly new: number;
}

/** Null when neither the box nor the space seems to have an untried configuration left. */
function drawNew(asked: SuggestOptions, options: DrawOptions): Suggestion | null {
  const { space, history, number } = asked;
  const { box, stage } = options;
  const keys = new Set(
    history.filter((one) => one.number < number).map(({ configuration }) => configurationKey(configuration)),
  );
  const isTried = (key: string) => keys.has(key);
  const isNew = (configuration: Configuration) => !isTried(configurationKey(configuration));
  const spread = spreadOver(asked, options);
  if (spread !== null && isNew(spread)) return suggestion(spread, { asked, stage, box });
  const ranges = new Map(space.parameters.map((parameter, index) => [parameter, box[index]!]));
  const inBox = drawUntried(asked, isTried, (parameter, unit) =>
    valueIn(ranges.get(parameter)!, parameter, unit),
  );
  if (isNew(inBox)) return suggestion(inBox, { asked, stage, box });
  const anywhere = drawUntried(asked, isTried);
  return isNew(anywhere) ? suggestion(anywhere, { asked, stage, box: wholeBox(space) }) : null;
}

/** The row of the stage's Latin hypercube; null for what is asked again or lies beyond the stage. */
function spreadOver(
  { space, seed, number, retry }: SuggestOptions,
  { box, stage, index, new: rows }: DrawOptions,
): Configuration | null {
  if (retry > 0 || index < 0 || index >= rows) return null;
  const ranges = new Map(space.parameters.map((parameter, at) => [parameter, box[at]!]));
  const unitOf = ({ name }: SearchParameter, attempt: number) => {
    const uniform = new RandomStream(seed, "coarse-to-fine", number, name).uniform(attempt);
    if (attempt > 0) return uniform;
    const strata = Int32Array.from({ length: rows }, (_, row) => row);
    new RandomStream(seed, "coarse-to-fine", "strata", stage.stage, name).shuffle(strata);
    return (strata[index]! + uniform) / rows;
  };
  return drawFeasible(space, (parameter, attempt) =>
    valueIn(ranges.get(parameter)!, parameter, unitOf(parameter, attempt)),
  );
}

function suggestion(
  configuration: Configuration,
  {
    asked: { space },
    stage,
    box,
  }: { readonly asked: SuggestOptions; readonly stage: Stage; readonly box: Box },
): Suggestion {
  const whole = wholeBox(space);
  const narrowed = space.parameters.flatMap(({ name, distribution }, index) =>
    isSameRange(box[index]!, whole[index]!) ? [] : [{ name, distribution, range: box[index]! }],
  );
  const ranges: Record<string, Json> = {};
  for (const { name, distribution, range } of narrowed) ranges[name] = describeRange(range, distribution);
  const texts = narrowed.map(
    ({ name, distribution, range }) => `\`${name}\` ${rangeText(range, distribution)}`,
  );
  const place = texts.length === 0 ? "the whole space" : texts.join(", ");
  return {
    configuration,
    ...stage.length,
    why: {
      kind: texts.length === 0 ? "drawn" : "exploring",
      message: `${stageText(stage)}: drawn from ${place}`,
      facts: { stage: stage.stage, stages: stage.stages, ranges },
    },
  };
}

function stageText({ stage, stages }: Stage): string {
  return `stage ${stage} of ${stages}`;
}
