/** What must not be read in logs, records and errors: the trial's token, and what the environment holds of secrets. */

/** By their names, variables whose values nobody else may know. */
const secretName =
  /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH)(?:_|$)|^PGPASSWORD$/i;

/** A password in an address. */
const inAddress = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^@/\s]+)@/i;

/** What is written so often that it hides nothing. */
const plain = /^(?:\d{1,12}|true|false|none|null|disabled|enabled)$/i;

/** Shorter values stand in any text by chance. */
const shortest = 6;
/** Longer ones are files that somebody put there. */
const longest = 4096;

const mask = "***";

export class Secrets {
  readonly #values: readonly Buffer[];
  /** Of the longest. */
  readonly lengthBytes: number;

  private constructor(values: readonly string[]) {
    const known = [...new Set(values)].filter(
      (value) => value.length >= shortest && value.length <= longest && !plain.test(value),
    );
    // One may be part of another.
    this.#values = known.toSorted((a, b) => b.length - a.length).map((value) => Buffer.from(value));
    this.lengthBytes = Math.max(0, ...this.#values.map(({ length }) => length));
  }

  /** @param own what is secret whatever the environment says */
  static of(env: NodeJS.ProcessEnv, own: readonly string[] = []): Secrets {
    const found = Object.entries(env).flatMap(([name, value = ""]) => {
      const [, password] = inAddress.exec(value) ?? [];
      return [...(secretName.test(name) ? [value] : []), ...(password === undefined ? [] : [password])];
    });
    return new Secrets([...own, ...found]);
  }

  hide(text: string): string {
    return this.#isIn(Buffer.from(text)) ? this.hideIn(Buffer.from(text)).toString() : text;
  }

  /** The same of bytes, which need not be text. */
  hideIn(bytes: Buffer): Buffer {
    let hidden = bytes;
    for (const value of this.#values) {
      const pieces: Buffer[] = [];
      let from = 0;
      for (let at = hidden.indexOf(value); at !== -1; at = hidden.indexOf(value, from)) {
        pieces.push(hidden.subarray(from, at), Buffer.from(mask));
        from = at + value.length;
      }
      if (pieces.length > 0) hidden = Buffer.concat([...pieces, hidden.subarray(from)]);
    }
    return hidden;
  }

  /** How many bytes at the end may be the beginning of a secret. */
  beginningIn(bytes: Buffer): number {
    const lengths = this.#values.map((value) => {
      let length = Math.min(value.length - 1, bytes.length);
      while (!bytes.subarray(bytes.length - length).equals(value.subarray(0, length))) length -= 1;
      return length;
    });
    return Math.max(0, ...lengths);
  }

  #isIn(bytes: Buffer): boolean {
    return this.#values.some((value) => bytes.includes(value));
  }
}
