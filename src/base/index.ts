export { canonicalJson, type Json } from "./canonical-json.ts";
export { systemClock, type Clock } from "./clock.ts";
export { errorCodes, type ErrorCode, type ErrorCodeInfo, type ErrorKind } from "./error-codes.ts";
export { internalError, TunesmithError, type ErrorDetails } from "./errors.ts";
export { hashBytes, hashJson } from "./hash.ts";
export { nearestName, suggestName } from "./nearest-name.ts";
export { philoxBlock } from "./random/philox.ts";
export { deriveSeed, RandomStream, toSeed, type Seed } from "./random/stream.ts";
export { betaCumulative, normalCumulative } from "./special-functions.ts";
