/**
 * YAML text to a plain value that remembers where every key and value stood.
 *
 * Study files come from anywhere, so the reader is strict: at most 1 MB, one document, YAML 1.2 core types only (no
 * custom tags), no key twice, and a bound on how far aliases may multiply.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Node,
  type Pair,
  type YAMLError,
} from "yaml";

import { TunesmithError } from "../../base/index.ts";
import type { Locate } from "./problems.ts";

/** A study file is written by a person; a megabyte is a mistake or an attack. */
export const maxFileBytes = 1_000_000;

/** Beyond this many expanded aliases a small file can grow to gigabytes. */
const maxAliasCount = 100;

export interface Source {
  readonly value: unknown;
  readonly locate: Locate;
}

/** @throws INVALID_STUDY_FILE with line and column for anything that is not one plain YAML document. */
export function readYaml(text: string, fileName: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const positionOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };

  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw invalidYaml(
      faults.map((fault) => `${positionOf(fault.pos[0])}: ${describeFault(fault, text)}`).join("\n"),
    );
  }
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      throw invalidYaml(
        `${positionOf(alias.range?.[0] ?? 0)}: alias \`*${alias.source}\` has no anchor before it.`,
      );
    },
  });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount });
  } catch (error) {
    throw invalidYaml(
      `${fileName}:1:1: aliases may expand to at most ${maxAliasCount} values, got more.`,
      error,
    );
  }

  const locate: Locate = (path, target) => {
    let node: unknown = document.contents;
    let offset = rangeStart(node) ?? 0;
    for (const [depth, key] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document);
      const isLast = depth === path.length - 1;
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
        if (pair === undefined) break;
        offset = pairStart(pair, isLast ? target : "key") ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(key)];
        offset = rangeStart(node) ?? offset;
      } else {
        break;
      }
    }
    return positionOf(offset);
  };
  return { value, locate };
}

/** The value of one YAML scalar or flow collection, as `--set path=value` writes it. Undefined when it is not YAML. */
export function readYamlValue(text: string): { readonly value: unknown } | undefined {
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    uniqueKeys: true,
    prettyErrors: false,
  });
  if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
  return { value: document.toJS({ maxAliasCount }) as unknown };
}

function invalidYaml(message: string, cause?: unknown): TunesmithError {
  return new TunesmithError("INVALID_STUDY_FILE", {
    message,
    hint: "A study file is one YAML document of plain mappings, lists and values.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function describeFault(fault: YAMLError, text: string): string {
  switch (fault.code) {
    case "DUPLICATE_KEY":
      return `a key may stand once in a mapping, got \`${/^[^:\n]*/.exec(text.slice(fault.pos[0]))?.[0].trim()}\` again.`;
    case "MULTIPLE_DOCS":
      return "expected one document, got another after `---`.";
    case "TAG_RESOLVE_FAILED":
      return `tags are not allowed, got \`${/^\S*/.exec(text.slice(fault.pos[0]))?.[0]}\`.`;
    default: {
      const message = fault.message.trim().replaceAll(/\s+/g, " ");
      return message.endsWith(".") ? message : `${message}.`;
    }
  }
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function pairStart(pair: Pair, target: "key" | "value"): number | undefined {
  const keyStart = rangeStart(pair.key);
  return target === "key" ? keyStart : (rangeStart(pair.value) ?? keyStart);
}
