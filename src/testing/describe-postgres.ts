import { afterAll, beforeAll, describe } from "vitest";

import { usablePostgres } from "./postgres-binaries.ts";
import { PostgresServer } from "./postgres-server.ts";

/**
 * A `describe` block with a PostgreSQL of its own that runs while its tests do; each test takes a database of its own by
 * `createDatabase`. Left out with a printed reason where there is no PostgreSQL.
 *
 * A block has its own server because a test may pause or crash it, and because it costs little more than a second.
 */
export function describePostgres(name: string, declare: (server: PostgresServer) => void): void {
  describe.skipIf(!usablePostgres())(name, () => {
    const server = new PostgresServer();
    beforeAll(() => server.start());
    afterAll(() => server.remove());
    declare(server);
  });
}
