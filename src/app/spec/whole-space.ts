/** What is checked of a search space as a whole: that its parameters, conditions, constraints and derived values fit together. */
import { RandomStream, TunesmithError, type Json, type Seed } from "../../base/index.ts";
import {
  applyConfiguration,
  drawFeasible,
  fromUnit,
  type SearchSpace,
  type SpaceRules,
} from "../../search/space/index.ts";
import type { DocumentRules } from "./document-rules.ts";
import { valueAt, withValueAt } from "./document-schema.ts";
import { studyFileError, type Locate, type SourcePath } from "./problems.ts";
import type { SearchedFile } from "./study-schema.ts";

/**
 * A searched path that the file leaves out is put into the base document, because trials set paths that exist. Of a conditional
 * one only the mapping around it: where it is not active, the document's own default counts.
 */
export function withAllPaths(document: unknown, space: SearchSpace): unknown {
  const withMapping = (base: unknown, path: SourcePath) =>
    path.length === 0 || valueAt(base, path) !== undefined ? base : withValueAt(base, path, {});
  const searched = space.parameters.reduce<unknown>((base, { name, distribution, when }) => {
    const path = name.split(".");
    if (when !== undefined) return withMapping(base, path.slice(0, -1));
    return valueAt(base, path) === undefined ? withValueAt(base, path, fromUnit(distribution, 0)) : base;
  }, document);
  return (space.derived ?? []).reduce(
    (base, { name }) => withMapping(base, name.split(".").slice(0, -1)),
    searched,
  );
}

/** Conditions, constraints and derived values meet in whole configurations: one is drawn, and its document checked. */
export function checkDraw(
  baseDocument: Json,
  {
    space,
    seed,
    rules,
    locate,
  }: {
    readonly space: SearchSpace;
    readonly seed: Seed;
    readonly rules: Pick<DocumentRules, "problemsOf">;
    readonly locate: Locate;
  },
): void {
  const { constraints = [], derived = [] } = space;
  const configuration = orProblem(
    () =>
      drawFeasible(space, ({ name, distribution }, attempt) =>
        fromUnit(distribution, new RandomStream(seed, "check", name).uniform(attempt)),
      ),
    { path: ["search", "constraints"], locate },
  );
  if (constraints.length === 0 && derived.length === 0) return;
  const drawn = orProblem(() => applyConfiguration(baseDocument, configuration, space), {
    path: ["search", "derived"],
    locate,
  });
  const problems = rules.problemsOf(drawn);
  if (problems.length === 0) return;
  const where: SourcePath = ["search", derived.length === 0 ? "parameters" : "derived"];
  throw studyFileError(
    problems.map(({ path, message }) => ({
      path: where,
      target: "key",
      message: `with ${JSON.stringify(configuration)}, \`${path.join(".")}\` ${message}`,
    })),
    locate,
  );
}

/** Constraints and derived values as the space takes them. */
export function rulesOf({ search: { constraints = [], derived = {} } }: SearchedFile): SpaceRules {
  return { constraints, derived: Object.entries(derived).map(([name, value]) => ({ name, value })) };
}

/** A rule of the search space as a whole, reported at a place of the file. */
export function orProblem<T>(
  action: () => T,
  { path, locate }: { readonly path: SourcePath; readonly locate: Locate },
): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof TunesmithError) || error.code !== "INVALID_SPACE") throw error;
    throw studyFileError([{ path, target: "key", message: error.message }], locate);
  }
}
