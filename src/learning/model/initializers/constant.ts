import type { Initializer } from "./initializer.ts";

/** `initialScale` everywhere. */
export const constant: Initializer = { values: () => () => 1 };
