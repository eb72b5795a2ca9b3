/** What workers must have for a study's trials, as its file says it. */
import { z } from "zod";

import { TunesmithError, type Json } from "../../base/index.ts";
import { parseCondition, type SearchSpace } from "../../search/space/index.ts";
import type { LabelRule } from "../../search/trial/index.ts";
import { describeIssues } from "./describe-issue.ts";
import type { SpecProblem } from "./problems.ts";

/** Typed on command lines, in lists with commas. */
const labelSchema = z
  .string()
  .regex(/^[\w.-]{1,63}$/, "expected a word of letters, digits, `_`, `.` and `-`, at most 63 of them");

/** Of all trials, or of those whose parameters have certain values. */
export const labelsSchema = z
  .array(
    z.union([
      labelSchema,
      z.strictObject({ label: labelSchema, when: z.record(z.string(), z.json()).optional() }),
    ]),
  )
  .min(1)
  .max(100);

interface CheckedLabels {
  /** For a definition; empty where nothing is asked for. */
  readonly part: { readonly labels?: readonly LabelRule[] };
  readonly problems: readonly SpecProblem[];
}

export function checkLabels(
  written: z.output<typeof labelsSchema> | undefined,
  { parameters }: Pick<SearchSpace, "parameters">,
): CheckedLabels {
  if (written === undefined) return { part: {}, problems: [] };
  const problems: SpecProblem[] = [];
  const labels = written.flatMap((entry, index): LabelRule[] => {
    const { label, when } = typeof entry === "string" ? { label: entry } : entry;
    if (when === undefined) return [{ label }];
    try {
      return [{ label, when: parseCondition(when, { declared: parameters, later: [], where: "a label" }) }];
    } catch (error) {
      if (!(error instanceof TunesmithError)) throw error;
      problems.push({ path: ["labels", index, "when"], target: "key", message: error.message });
      return [];
    }
  });
  return { part: { labels }, problems };
}

/** The same of a file whose other parts have rules of their own. */
export function readLabels(raw: Json | undefined, space: Pick<SearchSpace, "parameters">): CheckedLabels {
  const parsed = labelsSchema.optional().safeParse(raw);
  if (parsed.success) return checkLabels(parsed.data, space);
  const schema = z.object({ labels: labelsSchema });
  const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ["labels", ...issue.path] }));
  return { part: {}, problems: describeIssues(issues, { schema, value: { labels: raw } }) };
}
