import { initial } from "./0001-initial.ts";
import type { Migration } from "./migration.ts";

/** In order: the first takes an empty schema to version 1. A released migration is never edited. */
export const migrations: readonly Migration[] = [initial];
