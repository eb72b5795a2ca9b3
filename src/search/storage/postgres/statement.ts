/** A statement of SQL with the types of its parameters and rows. Each connection prepares it once, under its name. */
export interface Statement<P extends object, R> {
  readonly name: string;
  /** With `$1`, `$2` ... in place of the names. */
  readonly text: string;
  /** The names of `$1`, `$2` ... */
  readonly parameters: readonly (keyof P & string)[];
  readonly row?: R;
}

/** @param text in which `@name` stands for the parameter of that name */
export function statement<P extends object, R>(name: string, text: string): Statement<P, R> {
  const parameters: (keyof P & string)[] = [];
  const numbered = text.replaceAll(/@([a-z_]+)/g, (_, parameter: keyof P & string) => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { name: `tunesmith_${name}`, text: numbered, parameters };
}
