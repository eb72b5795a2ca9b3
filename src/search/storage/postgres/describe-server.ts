import { Database } from "./database.ts";
import { statement } from "./statement.ts";

/** Of how many answers the shortest is told: the others tell of what else the machines do. */
const asked = 5;

const showVersion = statement<object, { server_version: string }>("show_version", "SHOW server_version");

/**
 * The version of the server that a URL names, and the time of a question and its answer.
 *
 * @throws INVALID_USAGE, STORE_UNUSABLE
 */
export async function describeServer(url: string): Promise<{ version: string; roundTripMs: number }> {
  const database = new Database(url);
  try {
    const { server_version: version } = (await database.first(showVersion, {}))!;
    let roundTripMs = Number.POSITIVE_INFINITY;
    for (let time = 0; time < asked; time++) {
      const start = performance.now();
      await database.first(showVersion, {});
      roundTripMs = Math.min(roundTripMs, performance.now() - start);
    }
    return { version, roundTripMs };
  } finally {
    await database.close();
  }
}
