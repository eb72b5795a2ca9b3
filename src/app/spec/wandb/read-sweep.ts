/**
 * The text of a W&B sweep file, read as W&B's own reader understands it.
 *
 * W&B reads sweeps by PyYAML, a reader of YAML 1.1: it takes `Yes` for true and the last of two equal keys. Here numbers
 * are YAML 1.2's, so `1e-5` is one, as people mean it.
 *
 * @see https://docs.wandb.ai/models/sweeps/define-sweep-configuration
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
} from "yaml";

import type { SourcePath } from "../problems.ts";
import type { StudyWarning } from "../study-warning.ts";

/** Beyond this many expanded aliases a small file can grow to gigabytes. */
const maxAliasCount = 100;

/** Under these keys some programs keep their sweep beside settings of their own. */
const wrappers: readonly string[] = ["sweep", "config", "sweep_config", "sweep_configuration", "sweepConfig"];

/** Keys that only a sweep has, when its `parameters` are missing. */
const signs: readonly string[] = ["program", "command", "metric", "early_terminate", "run_cap"];

export interface SweepSource {
  /** The sweep itself, taken out of what it is wrapped in. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly fileName: string;
  /** Where a key or value of the sweep stands; undefined when it stands nowhere. */
  readonly positionOf: (
    path: SourcePath,
    target: "key" | "value",
  ) => { readonly line: number; readonly column: number } | undefined;
  /** How a number is written: W&B takes `1.0` for another kind of number than `1`. */
  readonly textOf: (path: SourcePath) => string | undefined;
  /** About the text, not about what it means. */
  readonly warnings: readonly StudyWarning[];
}

/** Undefined when the text is no W&B sweep, or no YAML: then the reader of study files says what is wrong with it. */
export function readSweep(text: string, fileName: string): SweepSource | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    uniqueKeys: false,
    merge: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  if (document.errors.some(({ code }) => code !== "MULTIPLE_DOCS")) return undefined;
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const warnings: StudyWarning[] = [...document.errors, ...document.warnings].map(
    ({ code, pos, message }) => ({
      line: lineAt(pos[0]),
      message:
        code === "MULTIPLE_DOCS"
          ? "the file holds several documents; the first is read."
          : `${message.trim().replace(/\.$/, "")}; the value is read without it.`,
    }),
  );
  warnings.push(...readAsPython(document, lineAt));
  let whole: unknown;
  try {
    whole = document.toJS({ maxAliasCount });
  } catch {
    return undefined;
  }
  const found = findSweep(whole);
  if (found === undefined) return undefined;

  const nodeAt = (path: SourcePath, target: "key" | "value"): unknown => {
    let node: unknown = document.contents;
    let place: unknown = node;
    for (const [depth, key] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.findLast((item) => keyText(item) === String(key));
        if (pair === undefined) return undefined;
        const isKey = target === "key" && depth === path.length - 1;
        place = isKey ? pair.key : (pair.value ?? pair.key);
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(key)];
        place = node;
      } else return undefined;
    }
    return place;
  };
  return {
    value: found.value,
    fileName,
    warnings,
    positionOf(path, target) {
      const node = nodeAt([...found.path, ...path], target) as { range?: readonly number[] } | undefined;
      if (node?.range === undefined) return undefined;
      const { line, col } = lines.linePos(node.range[0]!);
      return { line, column: col };
    },
    textOf(path) {
      const node = nodeAt([...found.path, ...path], "value");
      return isScalar(node) ? node.source : undefined;
    },
  };
}

/** True of a value that is a W&B sweep, by the keys that it has. */
function isSweep(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const has = (key: string) => Object.hasOwn(value, key);
  if (has("study") || has("search")) return false;
  return has("parameters") || (has("method") && signs.some(has));
}

function findSweep(
  whole: unknown,
): { readonly value: Readonly<Record<string, unknown>>; readonly path: SourcePath } | undefined {
  if (isSweep(whole)) return { value: whole, path: [] };
  if (typeof whole !== "object" || whole === null) return undefined;
  if (Object.hasOwn(whole, "study") || Object.hasOwn(whole, "search")) return undefined;
  for (const key of wrappers) {
    const inner = (whole as Readonly<Record<string, unknown>>)[key];
    if (isSweep(inner)) return { value: inner, path: [key] };
  }
  return undefined;
}

function keyText(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

/** Turns `Yes` into true where a value stands, and tells of keys that are there twice. */
function readAsPython(document: Document, lineAt: (offset: number) => number): StudyWarning[] {
  const warnings: StudyWarning[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === "key" || node.type !== "PLAIN" || typeof node.value !== "string") return;
      const read = pythonValue(node.value);
      if (read === undefined) return;
      const line = lineAt(node.range?.[0] ?? 0);
      warnings.push({
        line,
        message: `\`${node.value}\` is read as ${read}, as by W&B; quote it to have the text.`,
      });
      node.value = read;
    },
    Map(_, map) {
      const seen = new Set<string>();
      for (const pair of map.items) {
        const key = keyText(pair);
        if (key === undefined || !seen.has(key)) {
          if (key !== undefined) seen.add(key);
          continue;
        }
        const offset = (pair.key as { range?: readonly number[] }).range?.[0] ?? 0;
        warnings.push({
          line: lineAt(offset),
          message: `\`${key}\` stands here again; the last one counts.`,
        });
      }
    },
  });
  return warnings;
}

/** What a plain word is in YAML 1.1 and not in 1.2. @see https://yaml.org/type/bool.html */
function pythonValue(text: string): boolean | number | undefined {
  if (/^(?:yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (/^(?:no|No|NO|off|Off|OFF)$/.test(text)) return false;
  return /^[-+]?[1-9]\d*(?:_\d+)+$/.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}
