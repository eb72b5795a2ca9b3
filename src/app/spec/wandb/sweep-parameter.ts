/**
 * One parameter of a W&B sweep, in whatever way people write it, to an entry that says everything: its distribution by name and
 * every bound as a number.
 *
 * What is missing is inferred as W&B does. What contradicts W&B's schema and can still be understood is understood, with a
 * warning that says how.
 *
 * @see https://github.com/wandb/sweeps, src/sweeps/config/schema.json and src/sweeps/params.py
 */
import { canonicalJson, nearestName, suggestName } from "../../../base/index.ts";
import { plainJson } from "../plain-json.ts";
import { valueText, type SourcePath } from "../problems.ts";
import type { ParameterEntry } from "../search-schema.ts";
import type { Notes } from "./notes.ts";

type Distribution = NonNullable<ParameterEntry["distribution"]>;
type Choice = NonNullable<ParameterEntry["values"]>[number];

/** W&B's names; those that this product does not search by are turned into one of its own. */
const keysOf = {
  constant: ["value"],
  categorical: ["values"],
  categorical_w_probabilities: ["values", "probabilities"],
  int_uniform: ["min", "max"],
  uniform: ["min", "max"],
  q_uniform: ["min", "max"],
  log_uniform: ["min", "max"],
  log_uniform_values: ["min", "max"],
  q_log_uniform: ["min", "max"],
  q_log_uniform_values: ["min", "max"],
  inv_log_uniform: ["min", "max"],
  inv_log_uniform_values: ["min", "max"],
  normal: [],
  q_normal: [],
  log_normal: [],
  q_log_normal: [],
  beta: [],
  q_beta: [],
} as const satisfies Record<string, readonly string[]>;

type SweepDistribution = keyof typeof keysOf;

const entryKeys: readonly string[] = [
  "distribution",
  "value",
  "values",
  "probabilities",
  "min",
  "max",
  "mu",
  "sigma",
  "q",
  "a",
  "b",
  "parameters",
];

/** Exponents of e beyond this are no bounds that a person means: e^30 is 10^13. */
const largestExponent = 30;

export interface SweepParameterContext {
  /** Where the entry stands. */
  readonly path: SourcePath;
  /** For messages. */
  readonly name: string;
  readonly notes: Notes;
  /** How a number of the file is written. */
  readonly textOf: (path: SourcePath) => string | undefined;
}

/** The entry, complete; undefined when it was refused, which `notes` then says. */
export function sweepParameter(raw: unknown, context: SweepParameterContext): ParameterEntry | undefined {
  return new EntryReader(raw, context).read();
}

class EntryReader {
  readonly #entry: Readonly<Record<string, unknown>>;
  readonly #context: SweepParameterContext;

  constructor(raw: unknown, context: SweepParameterContext) {
    this.#context = context;
    this.#entry = this.#asEntry(raw);
  }

  read(): ParameterEntry | undefined {
    for (const key of Object.keys(this.#entry)) {
      if (entryKeys.includes(key)) continue;
      const nearest = nearestName(key, entryKeys);
      const slip = nearest === undefined ? "" : `; did you mean \`${nearest}\`?`;
      this.#warn(`\`${key}\` is not used${slip}`, [key]);
    }
    const distribution = this.#distribution();
    if (distribution === undefined) return undefined;
    const unused = ["value", "values", "min", "max"].filter(
      (key) => this.#has(key) && !(keysOf[distribution] as readonly string[]).includes(key),
    );
    for (const key of unused) this.#warn(`\`${key}\` is not used by ${distribution}`, [key]);
    return this.#complete(distribution);
  }

  /** A list stands for `values`, another value that is no mapping for `value`. */
  #asEntry(raw: unknown): Readonly<Record<string, unknown>> {
    if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return { ...raw };
    const key = Array.isArray(raw) ? "values" : "value";
    this.#warn(`${valueText(raw)} is read as its \`${key}\``);
    return { [key]: raw };
  }

  #distribution(): SweepDistribution | undefined {
    const given = this.#entry["distribution"];
    const inferred = this.#inferred();
    if (given === undefined || given === null) {
      if (inferred === undefined) {
        const keys = Object.keys(this.#entry).map((key) => `\`${key}\``);
        this.#refuse(
          `expected \`value\`, \`values\`, or \`min\` and \`max\`, got ${keys.join(", ") || "nothing"}.`,
        );
      }
      return inferred;
    }
    const names = Object.keys(keysOf);
    const name = String(given).trim().toLowerCase().replaceAll("-", "_");
    const known = names.includes(name) ? name : nearestName(name, names);
    if (known === undefined) {
      if (inferred === undefined) {
        this.#refuse(`unknown distribution \`${String(given)}\`; ${suggestName(name, names)}`, [
          "distribution",
        ]);
      } else this.#warn(`unknown distribution \`${String(given)}\`, read as ${inferred}`, ["distribution"]);
      return inferred;
    }
    if (known !== given)
      this.#warn(`distribution \`${String(given)}\` is read as ${known}`, ["distribution"]);
    const distribution = known as SweepDistribution;
    const missing = keysOf[distribution].filter((key) => !this.#has(key));
    if (missing.length === 0) return distribution;
    const needs = `\`${distribution}\` needs ${missing.map((key) => `\`${key}\``).join(" and ")}`;
    if (inferred === undefined) {
      this.#refuse(
        `${needs}, got neither.`.replace(
          ", got neither",
          missing.length === 1 ? ", got none" : ", got neither",
        ),
      );
      return undefined;
    }
    this.#warn(`${needs}, read as ${inferred}`, ["distribution"]);
    return inferred;
  }

  /** As W&B does; whether a bound has a fraction is a matter of how it is written. */
  #inferred(): SweepDistribution | undefined {
    if (this.#has("values"))
      return this.#has("probabilities") ? "categorical_w_probabilities" : "categorical";
    if (this.#has("value")) return "constant";
    if (!this.#has("min") || !this.#has("max")) return undefined;
    if (this.#has("q")) return "q_uniform";
    return this.#isWhole("min") && this.#isWhole("max") ? "int_uniform" : "uniform";
  }

  #complete(distribution: SweepDistribution): ParameterEntry | undefined {
    switch (distribution) {
      case "constant":
        return { distribution, value: this.#json("value") };
      case "categorical":
      case "categorical_w_probabilities":
        return this.#choices(distribution === "categorical_w_probabilities");
      case "int_uniform":
        return this.#wholeRange();
      case "uniform":
      case "log_uniform_values":
      case "inv_log_uniform_values":
        return this.#range(distribution);
      case "log_uniform":
      case "inv_log_uniform":
        return this.#exponents(distribution, "log_uniform_values");
      case "q_log_uniform":
        return this.#exponents(distribution, "q_log_uniform_values");
      case "q_uniform":
      case "q_log_uniform_values":
        return this.#range(distribution);
      case "normal":
      case "log_normal":
      case "q_normal":
      case "q_log_normal":
        return this.#bell(distribution);
      case "beta":
        return { distribution, a: this.#number("a", 1), b: this.#number("b", 1) };
      case "q_beta":
        return { distribution, a: this.#number("a", 1), b: this.#number("b", 1), q: this.#quantum() };
      default:
        return distribution satisfies never;
    }
  }

  #choices(isWeighted: boolean): ParameterEntry | undefined {
    const given = this.#entry["values"];
    if (!Array.isArray(given))
      this.#warn(`\`values\` is read as a list of one, ${valueText(given)}`, ["values"]);
    const values = (Array.isArray(given) ? given : [given]).map((value) => this.#plain(value));
    if (values.length === 0) {
      this.#refuse("`values` must hold at least one value, got none.", ["values"]);
      return undefined;
    }
    const weights = isWeighted ? this.#weights(values.length) : values.map(() => 1);
    if (weights === undefined) return undefined;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const merged = new Map<string, { readonly value: Choice; weight: number }>();
    for (const [index, value] of values.entries()) {
      if (weights[index] === 0) continue;
      const key = canonicalJson(value);
      const before = merged.get(key);
      if (before === undefined) merged.set(key, { value, weight: weights[index]! });
      else before.weight += weights[index]!;
    }
    const choices = [...merged.values()];
    if (choices.length < weights.filter((weight) => weight > 0).length) {
      this.#warn("a value that is listed again is drawn so much more often; a grid tries it once", [
        "values",
      ]);
    }
    const isEven = choices.every(({ weight }) => weight === choices[0]!.weight);
    if (isEven) return { distribution: "categorical", values: choices.map(({ value }) => value) };
    return {
      distribution: "categorical_w_probabilities",
      values: choices.map(({ value }) => value),
      probabilities: choices.map(({ weight }) => weight / total),
    };
  }

  #weights(count: number): readonly number[] | undefined {
    const given = this.#entry["probabilities"];
    const weights = Array.isArray(given) ? given.map(Number) : [];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (weights.length !== count || !weights.every((weight) => weight >= 0) || !(total > 0)) {
      this.#refuse(
        `\`probabilities\` must hold ${count} numbers >= 0, one per value, got ${valueText(given)}.`,
        ["probabilities"],
      );
      return undefined;
    }
    if (Math.abs(total - 1) > 1e-6) {
      this.#warn(`\`probabilities\` add up to ${total} and are divided by it`, ["probabilities"]);
    }
    return weights;
  }

  #wholeRange(): ParameterEntry | undefined {
    const bounds = this.#bounds();
    if (bounds === undefined) return undefined;
    const [min, max] = [Math.ceil(bounds.min), Math.floor(bounds.max)];
    if (min > max) {
      this.#refuse(
        `\`int_uniform\` needs a whole number from \`min\` to \`max\`, got min ${bounds.min} and max ${bounds.max}.`,
      );
      return undefined;
    }
    if (min !== bounds.min || max !== bounds.max) this.#warn(`whole numbers from ${min} to ${max} are drawn`);
    return { distribution: "int_uniform", min, max };
  }

  #range(
    distribution: Extract<Distribution, "uniform" | `${string}uniform_values` | "q_uniform">,
  ): ParameterEntry | undefined {
    const bounds = this.#bounds();
    if (bounds === undefined) return undefined;
    const { min, max } = bounds;
    if (distribution.includes("log") && min <= 0) {
      this.#refuse(`\`min\` must be > 0 on a log scale, got ${min}.`, ["min"]);
      return undefined;
    }
    if (distribution === "q_uniform" || distribution === "q_log_uniform_values") {
      return this.#quantised(distribution, bounds);
    }
    return { distribution, min, max };
  }

  #exponents(
    distribution: "log_uniform" | "inv_log_uniform" | "q_log_uniform",
    values: "log_uniform_values" | "q_log_uniform_values",
  ): ParameterEntry | undefined {
    const given = this.#bounds();
    if (given === undefined) return undefined;
    const isMeantAsValues = given.min > 0 && (given.max <= 1 || given.max > largestExponent);
    const exponents =
      distribution === "inv_log_uniform"
        ? { min: -given.max, max: -given.min }
        : { min: given.min, max: given.max };
    const bounds = isMeantAsValues ? given : { min: Math.exp(exponents.min), max: Math.exp(exponents.max) };
    const sign = distribution === "inv_log_uniform" ? "-" : "";
    if (isMeantAsValues) {
      this.#warn(
        `\`${distribution}\` takes exponents of e; ${given.min} and ${given.max} are plainly the bounds themselves and are read so, as by \`${distribution}_values\``,
        ["min"],
      );
    } else {
      this.#warn(
        `\`${distribution}\` takes exponents of e: from ${short(bounds.min)} to ${short(bounds.max)}, e^${sign}${given.min} to e^${sign}${given.max}`,
        ["min"],
      );
    }
    if (!Number.isFinite(bounds.max) || bounds.min <= 0) {
      this.#refuse(`e^${given.max} is no number that can be searched.`, ["max"]);
      return undefined;
    }
    return values === "q_log_uniform_values"
      ? this.#quantised(values, bounds)
      : { distribution: values, ...bounds };
  }

  /** Without a multiple of `q` in the range, or with too many to list, the range counts as it is. */
  #quantised(
    distribution: "q_uniform" | "q_log_uniform_values",
    { min, max }: { readonly min: number; readonly max: number },
  ): ParameterEntry {
    const q = this.#quantum();
    const plain = distribution === "q_uniform" ? "uniform" : "log_uniform_values";
    const first = Math.ceil(min / q - 1e-9);
    const count = Math.floor(max / q + 1e-9) - first + 1;
    if (count < 1) {
      this.#warn(`no multiple of q = ${q} lies from ${min} to ${max}; values between them are drawn`, ["q"]);
      return { distribution: plain, min, max };
    }
    const isListed = distribution === "q_log_uniform_values" && q !== 1;
    if (isListed && count > mostListed) {
      this.#warn(`q = ${q} is finer than a search can tell; values are drawn without it`, ["q"]);
      return { distribution: plain, min, max };
    }
    return { distribution, min, max, q };
  }

  #bell(distribution: "normal" | "log_normal" | "q_normal" | "q_log_normal"): ParameterEntry | undefined {
    const mu = this.#number("mu", 0);
    const sigma = this.#number("sigma", 1);
    if (!(sigma >= 0)) {
      this.#refuse(`\`sigma\` must be >= 0, got ${sigma}.`, ["sigma"]);
      return undefined;
    }
    const centre = distribution.includes("log") ? Math.exp(mu) : mu;
    if (sigma === 0) return { distribution: "constant", value: centre };
    if (distribution === "normal" || distribution === "log_normal") return { distribution, mu, sigma };
    return { distribution, mu, sigma, q: this.#quantum() };
  }

  #bounds(): { readonly min: number; readonly max: number } | undefined {
    const [min, max] = [this.#number("min", NaN), this.#number("max", NaN)];
    if (!Number.isFinite(min) || !Number.isFinite(max)) return undefined;
    if (min <= max) return { min, max };
    this.#refuse(`\`min\` must be at most \`max\`, got min ${min} and max ${max}.`, ["min"]);
    return undefined;
  }

  #quantum(): number {
    const q = this.#number("q", 1);
    if (q > 0) return q;
    this.#warn(`\`q\` must be > 0, got ${q}; 1 is used`, ["q"]);
    return 1;
  }

  /** A number, or a text that is one. */
  #number(key: string, missing: number): number {
    const given = this.#entry[key];
    if (given === undefined || given === null) return missing;
    const value = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      this.#refuse(`expected a number, got ${valueText(given)}.`, [key]);
      return missing;
    }
    if (typeof given === "string") this.#warn(`\`${key}: "${given}"\` is read as the number ${value}`, [key]);
    return value;
  }

  #isWhole(key: string): boolean {
    const text = this.#context.textOf([...this.#context.path, key]);
    const isWritten = text === undefined || /^['"]?[-+]?\d+['"]?$/.test(text.trim());
    return isWritten && Number.isInteger(Number(this.#entry[key]));
  }

  #json(key: string): Choice {
    return this.#plain(this.#entry[key]);
  }

  #plain(value: unknown): Choice {
    if (typeof value === "number" && !Number.isFinite(value)) {
      this.#warn(`${value} is given to the program as text`);
      return String(value);
    }
    return plainJson(value ?? null) as Choice;
  }

  #has(key: string): boolean {
    return Object.hasOwn(this.#entry, key) && (key === "value" || this.#entry[key] !== null);
  }

  #warn(message: string, below: SourcePath = []): void {
    const { notes, path, name } = this.#context;
    notes.warn([...path, ...below], `${name}: ${message}${/[.?]$/.test(message) ? "" : "."}`);
  }

  #refuse(message: string, below: SourcePath = []): void {
    const { notes, path } = this.#context;
    notes.refuse([...path, ...below], message, "key");
  }
}

/** As `parameterDistribution` allows. */
const mostListed = 1000;

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
