/** The public test kit. The contracts are called inside a Vitest file of each implementation. */
export { checkGradient, type GradientCheckOptions } from "./check-gradient.ts";
export { datasetSourceContract, type DatasetSourceContractOptions } from "./dataset-source-contract.ts";
export { describePostgres } from "./describe-postgres.ts";
export { usablePostgres } from "./postgres-binaries.ts";
export { PostgresServer } from "./postgres-server.ts";
export { samplerContract, type SamplerContractOptions } from "./sampler-contract.ts";
export { schedulerContract, type SchedulerContractOptions } from "./scheduler-contract.ts";
export {
  simulateSchedule,
  type SimulatedEvent,
  type SimulatedTrial,
  type Simulation,
  type SimulationOptions,
} from "./simulate-schedule.ts";
export { SimulatedClock } from "./simulated-clock.ts";
export { storageContract, type StorageContractOptions } from "./storage-contract.ts";
export type { StorageUnderTest } from "./storage-fixture.ts";
