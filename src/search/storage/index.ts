export { MemoryStorage } from "./memory/memory-storage.ts";
export { openStorage, type OpenStorageOptions } from "./open-storage.ts";
export { patientStorage, type PatienceOptions } from "./patient-storage.ts";
export { PostgresStorage } from "./postgres/postgres-storage.ts";
export { SqliteStorage } from "./sqlite/sqlite-storage.ts";
export type { StudyFileName, StudyFileRecord, StudyFiles } from "./study-files.ts";
export { canRun } from "./trial-changes.ts";
export type { WorkerRegistry } from "./worker-registry.ts";
export type { ClaimOptions, Lease, Measurement, NewTrial, Storage, TrialOutcome } from "./storage.ts";
