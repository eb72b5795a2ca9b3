/**
 * Arithmetic over named numbers: `training.epochs / 10`, `min(data.train, 4096) <= 2 * training.batchSize`. Names are dotted
 * paths; `+ - * / % **`, parentheses, a few functions, and for constraints one comparison. Nothing else can be written, so an
 * expression of a file is safe to evaluate.
 */
import { suggestName } from "../../base/index.ts";
import { invalidSpace } from "./invalid-space.ts";

const functions: Readonly<Record<string, (...numbers: readonly number[]) => number>> = {
  min: (...numbers) => Math.min(...numbers),
  max: (...numbers) => Math.max(...numbers),
  round: (x) => Math.round(x),
  floor: (x) => Math.floor(x),
  ceil: (x) => Math.ceil(x),
  abs: (x) => Math.abs(x),
  sqrt: (x) => Math.sqrt(x),
  exp: (x) => Math.exp(x),
  log: (x) => Math.log(x),
  log2: (x) => Math.log2(x),
  log10: (x) => Math.log10(x),
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "==": (a, b) => a === b,
};

/** The value of a name. */
export type Lookup = (name: string) => number;

export interface Expression {
  /** Every name in it, once. */
  readonly names: readonly string[];
  readonly value: (lookup: Lookup) => number;
}

export interface Comparison {
  readonly names: readonly string[];
  readonly holds: (lookup: Lookup) => boolean;
}

type Node = (lookup: Lookup) => number;

/** @throws INVALID_SPACE saying where in the text it stops making sense. */
export function parseExpression(text: string, where: string): Expression {
  const parser = new Parser(text, where);
  const value = parser.sum();
  parser.expectEnd();
  return { names: parser.names, value };
}

/** Two expressions with `<=`, `>=`, `<`, `>` or `==` between them. @throws INVALID_SPACE */
export function parseComparison(text: string, where: string): Comparison {
  const parser = new Parser(text, where);
  const left = parser.sum();
  const compare = parser.comparison();
  const right = parser.sum();
  parser.expectEnd();
  return { names: parser.names, holds: (lookup) => compare(left(lookup), right(lookup)) };
}

const tokenPattern =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*(?:\.\w+)*)|(\*\*|<=|>=|==|[-+*/%(),<>]))/y;

/** Recursive descent, one method for each level of binding. */
class Parser {
  readonly #text: string;
  readonly #where: string;
  readonly #names = new Set<string>();
  #position = 0;
  #token: { readonly kind: "number" | "name" | "sign" | "end"; readonly text: string; readonly at: number };

  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
    this.#token = this.#read();
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  sum(): Node {
    let left = this.#product();
    while (this.#isSign("+", "-")) {
      const sign = this.#next();
      const a = left;
      const b = this.#product();
      left = sign === "+" ? (lookup) => a(lookup) + b(lookup) : (lookup) => a(lookup) - b(lookup);
    }
    return left;
  }

  comparison(): (a: number, b: number) => boolean {
    if (!this.#isSign(...Object.keys(comparisons))) throw this.#expected("a comparison: <=, >=, <, > or ==");
    return comparisons[this.#next()]!;
  }

  expectEnd(): void {
    if (this.#token.kind !== "end") throw this.#expected("the end");
  }

  #product(): Node {
    let left = this.#negation();
    while (this.#isSign("*", "/", "%")) {
      const sign = this.#next();
      const a = left;
      const b = this.#negation();
      if (sign === "*") left = (lookup) => a(lookup) * b(lookup);
      else if (sign === "/") left = (lookup) => a(lookup) / b(lookup);
      else left = (lookup) => a(lookup) % b(lookup);
    }
    return left;
  }

  #negation(): Node {
    if (!this.#isSign("-")) return this.#power();
    this.#next();
    const operand = this.#negation();
    return (lookup) => -operand(lookup);
  }

  #power(): Node {
    const base = this.#atom();
    if (!this.#isSign("**")) return base;
    this.#next();
    const exponent = this.#negation();
    return (lookup) => base(lookup) ** exponent(lookup);
  }

  #atom(): Node {
    const { kind, text } = this.#token;
    if (kind === "number") {
      const value = Number(this.#next());
      return () => value;
    }
    if (kind === "name") {
      this.#next();
      if (this.#isSign("(")) return this.#call(text);
      this.#names.add(text);
      return (lookup) => lookup(text);
    }
    if (!this.#isSign("(")) throw this.#expected("a number, a name or `(`");
    this.#next();
    const inner = this.sum();
    this.#take(")");
    return inner;
  }

  #call(name: string): Node {
    const apply = Object.hasOwn(functions, name) ? functions[name]! : undefined;
    if (apply === undefined) {
      throw invalidSpace(
        `${this.#where}: unknown function \`${name}\`; ${suggestName(name, Object.keys(functions))}`,
      );
    }
    this.#take("(");
    const operands = [this.sum()];
    while (this.#isSign(",")) {
      this.#next();
      operands.push(this.sum());
    }
    if (operands.length > 1 && name !== "min" && name !== "max") throw this.#expected("one operand");
    this.#take(")");
    return (lookup) => apply(...operands.map((operand) => operand(lookup)));
  }

  #isSign(...signs: readonly string[]): boolean {
    return this.#token.kind === "sign" && signs.includes(this.#token.text);
  }

  #take(sign: string): void {
    if (!this.#isSign(sign)) throw this.#expected(`\`${sign}\``);
    this.#next();
  }

  /** The token's text, and on to the next. */
  #next(): string {
    const { text } = this.#token;
    this.#token = this.#read();
    return text;
  }

  #read() {
    const rest = this.#text.slice(this.#position);
    const at = this.#position + (rest.length - rest.trimStart().length);
    if (rest.trim() === "") return { kind: "end", text: "", at: this.#text.length } as const;
    tokenPattern.lastIndex = this.#position;
    const match = tokenPattern.exec(this.#text);
    if (match === null) {
      throw invalidSpace(
        `${this.#where}: \`${this.#text}\` cannot be read at \`${rest.trim().slice(0, 20)}\`.`,
      );
    }
    this.#position = tokenPattern.lastIndex;
    const [, number, name, sign] = match;
    if (number !== undefined) return { kind: "number", text: number, at } as const;
    if (name !== undefined) return { kind: "name", text: name, at } as const;
    return { kind: "sign", text: sign!, at } as const;
  }

  #expected(what: string): Error {
    const { kind, text, at } = this.#token;
    const received = kind === "end" ? "the end" : `\`${text}\``;
    return invalidSpace(
      `${this.#where}: expected ${what} at character ${at + 1} of \`${this.#text}\`, got ${received}.`,
      {
        hint: "Expressions have numbers, paths, + - * / % **, parentheses, and min, max, round, floor, ceil, abs, sqrt, exp, log, log2, log10.",
      },
    );
  }
}
