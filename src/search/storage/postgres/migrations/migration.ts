export interface Migration {
  readonly name: string;
  /** Runs inside one transaction with every other migration that is due. */
  readonly sql: string;
}
