import { nearestName, suggestName } from "../../base/index.ts";
import type { z } from "zod";

import { allowedKeys, allowedLiterals, valueAt } from "./document-schema.ts";
import { valueText, type SourcePath, type SpecProblem } from "./problems.ts";

/**
 * Zod's issues in this product's words: rule, then the received value. An issue about several unknown keys becomes
 * one problem per key, each at its own position.
 */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  options: { readonly schema: z.core.$ZodType; readonly value: unknown },
): SpecProblem[] {
  return issues
    .flatMap((issue) => ofMeantVariant(issue, options.value))
    .map((issue) => withKindRule(issue, options.schema))
    .flatMap((issue): SpecProblem[] => {
      const path = issue.path as SourcePath;
      if (issue.code === "unrecognized_keys") {
        const allowed = allowedKeys(options.schema, path);
        return issue.keys.map((key) => ({
          path,
          at: [...path, key],
          target: "key",
          message: unknownName("unknown key", { name: key, allowed }),
        }));
      }
      const received = valueAt(options.value, path);
      if (received === undefined && issue.code !== "custom") {
        return [{ path, target: "value", message: `is required: ${ruleOf(issue)}, got nothing.` }];
      }
      const message = `${ruleOf(issue)}, got ${valueText(received)}${slipText(issue, received)}`;
      return [{ path, target: "value", message }];
    });
}

/**
 * Where a name or a mapping may stand, what is wrong is said of the one that was written. The issues of a union's variants
 * are relative to it.
 */
function ofMeantVariant(issue: z.core.$ZodIssue, value: unknown): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const received = valueAt(value, issue.path as SourcePath);
  const isMapping = typeof received === "object" && received !== null && !Array.isArray(received);
  if (typeof received !== "string" && !isMapping) return [issue];
  const expected = isMapping ? "object" : "string";
  const meant = issue.errors.filter((branch) =>
    branch.every(
      (one) =>
        one.path.length > 0 ||
        (one.code === "invalid_value" && one.values.length > 1 && typeof one.values[0] === expected) ||
        (isMapping && one.code !== "invalid_value" && one.code !== "invalid_type"),
    ),
  );
  const [only] = meant;
  if (only === undefined || meant.length > 1) return [issue];
  return only.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

/** ``unknown key `weigthDecay`; did you mean `weightDecay`?`` */
export function unknownName(
  what: string,
  { name, allowed }: { readonly name: string; readonly allowed: readonly string[] },
): string {
  // A name that breaks off is a commoner slip than one that is wrong throughout.
  const completion = allowed.find((candidate) => candidate.startsWith(name));
  const suggestion =
    completion === undefined ? suggestName(name, allowed) : `did you mean \`${completion}\`?`;
  return suggestion === "" ? `${what} \`${name}\`.` : `${what} \`${name}\`; ${suggestion}`;
}

/** A longer list is not read. */
const mostNames = 15;

/** Zod says of a mapping whose kind is unknown that no variant fits; the rule is the list of kinds. */
function withKindRule(issue: z.core.$ZodIssue, schema: z.core.$ZodType): z.core.$ZodIssue {
  if (issue.code !== "invalid_union" || issue.errors.length > 0) return issue;
  const values = allowedLiterals(schema, issue.path as SourcePath);
  return values.length === 0 ? issue : { ...issue, code: "invalid_value", values };
}

/** ` .` or, for a name that is nearly one of those allowed, `; did you mean ...?` */
function slipText(issue: z.core.$ZodIssue, received: unknown): string {
  if (issue.code !== "invalid_value" || typeof received !== "string") return ".";
  const nearest = nearestName(received, issue.values.map(String));
  return nearest === undefined ? "." : `; did you mean \`${nearest}\`?`;
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${typeText(issue.expected)}`;
    case "too_small":
      return issue.origin === "array" || issue.origin === "string"
        ? `expected at least ${issue.minimum} ${issue.origin === "array" ? "items" : "characters"}`
        : `expected a number ${issue.inclusive === false ? ">" : ">="} ${issue.minimum}`;
    case "too_big":
      return issue.origin === "array" || issue.origin === "string"
        ? `expected at most ${issue.maximum} ${issue.origin === "array" ? "items" : "characters"}`
        : `expected a number ${issue.inclusive === false ? "<" : "<="} ${issue.maximum}`;
    case "invalid_value":
      if (issue.values.length > mostNames) return `expected one of ${issue.values.length} names`;
      return `expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
    case "not_multiple_of":
      return `expected a multiple of ${issue.divisor}`;
    case "invalid_union": {
      const rules = issue.errors.flatMap((branch) => branch.map(ruleOf));
      const [first, ...others] = new Set(rules);
      if (first === undefined) return "expected another value";
      return [first, ...others.map((rule) => rule.replace(/^expected /, ""))].join(" or ");
    }
    default:
      return issue.message.replace(/\.$/, "");
  }
}

function typeText(expected: string): string {
  switch (expected) {
    case "int":
      return "a whole number";
    case "object":
    case "record":
      return "a mapping";
    case "array":
      return "a list";
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    default:
      return `a ${expected}`;
  }
}
