/** A promise of the product that a simulation saw broken. */
export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
}

export function broken(what: string): never {
  throw new BrokenPromise(what);
}
