export { MemoryStorage } from "./memory/memory-storage.ts";
export { openStorage, type OpenStorageOptions } from "./open-storage.ts";
export { SqliteStorage } from "./sqlite/sqlite-storage.ts";
export type { ClaimOptions, Lease, Measurement, NewTrial, Storage, TrialOutcome } from "./storage.ts";
