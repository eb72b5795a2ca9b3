/** Configurations that keep all constraints, by drawing until one does. */
import type { Json } from "../../base/index.ts";
import { constraintText, isKept, type Constraint } from "./constraint.ts";
import { invalidSpace } from "./invalid-space.ts";
import type { SearchParameter } from "./parameter.ts";
import {
  brokenConstraints,
  chooseConfiguration,
  type Configuration,
  type SearchSpace,
} from "./search-space.ts";

/** Where one configuration in ten thousand is feasible, one draw in 20,000 searches of this length fails. */
const mostAttempts = 100_000;

/**
 * The first feasible configuration of a sequence.
 *
 * @param draw gives a parameter's value in attempt 0, 1, 2 ...
 * @throws INVALID_SPACE when no attempt keeps the constraints, with the pair of them that is hardest to keep together
 */
export function drawFeasible(
  space: SearchSpace,
  draw: (parameter: SearchParameter, attempt: number) => Json,
): Configuration {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const configuration = chooseConfiguration(space, (parameter) => draw(parameter, attempt));
    if (brokenConstraints(space, configuration).length === 0) return configuration;
  }
  throw infeasible(space, draw);
}

/** How many draws it takes to see which constraints stand against each other. */
const diagnosticAttempts = 10_000;

function infeasible(space: SearchSpace, draw: (parameter: SearchParameter, attempt: number) => Json): Error {
  const constraints = space.constraints ?? [];
  const drawn = Array.from({ length: diagnosticAttempts }, (_, attempt) =>
    chooseConfiguration(space, (parameter) => draw(parameter, attempt)),
  );
  const share = (...kept: readonly Constraint[]) =>
    drawn.filter((configuration) => kept.every((one) => isKept(one, configuration))).length / drawn.length;
  const alone = constraints.map((one) => ({ which: [one], share: share(one) }));
  const pairs = constraints.flatMap((one, index) =>
    constraints.slice(index + 1).map((other) => ({ which: [one, other], share: share(one, other) })),
  );
  // A single one that is never kept explains more than the pairs it is in.
  const [tightest] = [...alone, ...pairs].toSorted(
    (a, b) => a.share - b.share || a.which.length - b.which.length,
  );
  const texts = tightest!.which.map((one) => `\`${constraintText(one)}\``);
  const subject = texts.length === 1 ? `${texts[0]} is` : `${texts.join(" and ")} together are`;
  return invalidSpace(
    `search space: no configuration keeps all constraints in ${mostAttempts} draws, got ${subject} kept in ${tightest!.share * 100} % of ${diagnosticAttempts}.`,
    {
      hint: "Loosen one of them, or narrow the parameters to where they hold.",
      facts: { tightest: tightest!.which, share: tightest!.share },
    },
  );
}
