import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FileServer {
  /** Ends in a slash. */
  readonly address: string;
  /** Paths in the order in which they were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** A real HTTP server on this machine alone, on a port of the system's choice. */
export async function startFileServer(
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => void,
): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url!);
    answer(request.url!, response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
