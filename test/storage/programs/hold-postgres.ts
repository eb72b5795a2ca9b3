/** Starts a PostgreSQL, says where it is and which process it is, and holds it for ever. */
import { PostgresServer } from "../../../src/testing/postgres-server.ts";

const server = new PostgresServer();
await server.start();
process.send!({ url: server.url(), pid: server.pid, folder: server.folder });
process.on("message", () => undefined);
