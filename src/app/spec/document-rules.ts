import type { Json } from "../../base/index.ts";
import {
  mayDifferFromStart,
  trainingDocumentSchema,
  type TrainingDocument,
} from "../../learning/training/index.ts";
import { describeIssues } from "./describe-issue.ts";
import { valueAt, withValueAt } from "./document-schema.ts";
import type { SpecProblem } from "./problems.ts";
import { plainJson } from "./plain-json.ts";

/** What the documents of a study's trials may hold: what its search has to know of them, whoever runs them. */
export interface DocumentRules {
  /** Why the value may not stand under a parameter's name; undefined when it may. */
  readonly rejection: (name: string, value: Json) => string | undefined;
  /** The value as documents store it, so that `7` and `"7"` as a seed are one value. */
  readonly stored: (name: string, value: Json) => Json;
  /** What is wrong with a whole document. */
  readonly problemsOf: (document: Json) => readonly SpecProblem[];
  /** Into how many parts the data is split; undefined where it is not. */
  readonly folds: number | undefined;
  /** Whether a parameter may change while weights are kept; undefined where trials hand none on. */
  readonly mayPerturb: ((name: string) => boolean) | undefined;
}

/** Of built-in training, by the schema of its document. */
export function trainingRules(document: TrainingDocument): DocumentRules {
  const problemsOf = (changed: unknown): readonly SpecProblem[] => {
    const parsed = trainingDocumentSchema.safeParse(changed);
    if (parsed.success) return [];
    return describeIssues(parsed.error.issues, { schema: trainingDocumentSchema, value: changed });
  };
  return {
    rejection: (name, value) => problemsOf(withValueAt(document, name.split("."), value))[0]?.message,
    stored: (name, value) => {
      const path = name.split(".");
      return plainJson(valueAt(trainingDocumentSchema.parse(withValueAt(document, path, value)), path));
    },
    problemsOf,
    folds: document.data.folds,
    mayPerturb: mayDifferFromStart,
  };
}
