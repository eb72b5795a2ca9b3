import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections: a client that keeps trying a port of those while nobody
 * listens on it can be given the same port and connect to itself.
 *
 * @see ip(7), ip_local_port_range
 */
const firstPort = 20_000;
const lastPort = 32_000;

/** A port that a server may listen on; processes begin to look at different places. */
export async function freeLoopbackPort(): Promise<number> {
  for (let tried = 0; tried <= lastPort - firstPort; tried++) {
    const port = firstPort + ((process.pid * 37 + tried) % (lastPort - firstPort));
    if (await isFree(port)) return port;
  }
  throw new Error(`a port from ${firstPort} to ${lastPort} must be free, got none.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
}
