/** The `data` part of a study by itself, for commands that look at data before there is a study. */
import { TunesmithError } from "../../base/index.ts";
import { dataSchema, type DataDocument } from "../../learning/data/index.ts";
import { z } from "zod";
import { describeIssues } from "./describe-issue.ts";
import { overrideSource, type Override } from "./overrides.ts";
import { studyFileError } from "./problems.ts";
import { withAbsolutePaths } from "./study-sources.ts";

const schema = z.object({ data: dataSchema });

export interface CheckDataOptions {
  /** What the person named, for messages. */
  readonly target: string;
  readonly overrides?: readonly Override[];
}

/**
 * @param data as it would stand in a study file; paths are relative to where the process stands
 * @throws INVALID_DOCUMENT with every problem
 */
export function checkData(data: unknown, { target, overrides = [] }: CheckDataOptions): DataDocument {
  const stray = overrides.find(({ path }) => path[0] !== "data");
  if (stray !== undefined) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `${stray.label}: expected a path that begins with \`data.\`, got \`${stray.path.join(".")}\`.`,
      hint: "For example: --set data.seed=1 or --set data.dataset.size=32.",
    });
  }
  const source = overrideSource({ value: { data }, locate: () => target }, overrides);
  const value = withAbsolutePaths(source.value, process.cwd());
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data.data;
  const problems = describeIssues(parsed.error.issues, { schema, value });
  const { message, facts } = studyFileError(problems, source.locate);
  throw new TunesmithError("INVALID_DOCUMENT", {
    message,
    hint: "Add or correct values by --set, for example --set data.dataset.size=32.",
    facts,
  });
}
