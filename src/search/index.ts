/** Ask and tell, without a network: search spaces, samplers, stores and the studies that join them. */
export * from "./samplers/index.ts";
export * from "./schedulers/index.ts";
export * from "./space/index.ts";
export * from "./storage/index.ts";
export * from "./study/index.ts";
export * from "./trial/index.ts";
