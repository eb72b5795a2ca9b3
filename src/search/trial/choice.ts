import { z } from "zod";

import { suggestName, TunesmithError, type Json } from "../../base/index.ts";

/** What can be chosen by name: its options as a schema, so that a mistake in them is reported the same way everywhere. */
export interface ChoiceEntry {
  /** Every option has a default. */
  readonly options: z.ZodObject;
}

/** A choice as a person writes it: its name beside those options that differ from the defaults, in one mapping. */
export type ChoiceInput<N extends string, O extends z.ZodObject> = Flat<
  { readonly name: N } & { readonly [K in keyof O["shape"]]?: z.input<O["shape"][K]> }
>;

/** One mapping in place of an intersection, so that TypeScript refuses keys that it does not have. */
type Flat<T> = { [K in keyof T]: T[K] };

/**
 * The entry of that name, and its options with defaults filled in.
 *
 * @param what names the kind of choice in messages, for example `sampler`
 * @throws INVALID_USAGE for an unknown name or option, with the nearest, and for a value that an option cannot have
 */
export function resolveChoice<E extends ChoiceEntry>(
  what: string,
  choice: { readonly name: string; readonly options: Readonly<Record<string, Json>> },
  entries: Readonly<Record<string, E>>,
): { readonly entry: E; readonly options: Readonly<Record<string, unknown>> } {
  const { name, options } = choice;
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry === undefined) {
    const names = Object.keys(entries);
    throw new TunesmithError("INVALID_USAGE", {
      message: `unknown ${what} \`${name}\`; ${suggestName(name, names)}`,
      facts: { [what]: name, allowed: names },
    });
  }
  const allowed = Object.keys(entry.options.shape);
  const unknown = Object.keys(options).find((option) => !allowed.includes(option));
  if (unknown !== undefined) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `${what} \`${name}\`: unknown option \`${unknown}\`; ${allowed.length === 0 ? "it takes none." : suggestName(unknown, allowed)}`,
      facts: { [what]: name, option: unknown, allowed },
    });
  }
  const parsed = entry.options.safeParse(options);
  if (parsed.success) return { entry, options: parsed.data };
  const issue = parsed.error.issues[0]!;
  const option = issue.path.join(".");
  const received = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown>)[key],
    options,
  );
  throw new TunesmithError("INVALID_USAGE", {
    message: `${what} \`${name}\`: option \`${option}\`: ${issue.message}, got ${JSON.stringify(received)}.`,
    facts: { [what]: name, option },
  });
}
