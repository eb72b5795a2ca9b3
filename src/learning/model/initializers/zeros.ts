import type { Initializer } from "./initializer.ts";

/** For output layers; between layers no unit would ever differ from another. */
export const zeros: Initializer = { values: () => () => 0 };
