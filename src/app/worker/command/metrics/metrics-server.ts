/**
 * Metrics over HTTP: a port of the trial's own on the loopback address, a token that only its program knows, and an answer that
 * says whether to go on.
 *
 * Nothing is believed before it is checked: the Host header against a list (a page in a browser whose name was made to point
 * here has another one), then the token, then the size before a byte of the body is kept, then the body's form.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import type { MetricSource, MetricWayOptions } from "./metric-way.ts";
import { parseLooseJson, reportOf } from "./report.ts";

const path = "/metrics";
const mostBytes = 1_000_000;
const mostConnections = 16;
const requestLimitMs = 10_000;

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

export async function metricsServer(options: MetricWayOptions): Promise<MetricSource | undefined> {
  if (options.settings.http === false) return undefined;
  const server = createServer(
    { maxHeaderSize: 8192, requestTimeout: requestLimitMs, headersTimeout: requestLimitMs },
    (request, response) => void serve(request, response, { ...options, port: portOf(server) }),
  );
  server.maxConnections = mostConnections;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    env: {
      TUNESMITH_METRICS_URL: `http://127.0.0.1:${portOf(server)}${path}`,
      TUNESMITH_TOKEN: options.token,
    },
    end: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type ServeOptions = MetricWayOptions & { readonly port: number };

const portOf = (server: Server): number => (server.address() as AddressInfo | null)?.port ?? 0;

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
): Promise<void> {
  const { status, body } = await answerTo(request, options).catch(
    // The connection broke off; nobody reads the answer.
    (): Answer => refusal(400, "the request ended before its body was there"),
  );
  response.writeHead(status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // What is left of a body that was refused is not read.
    ...(status === 200 ? {} : { connection: "close" }),
  });
  response.end(`${JSON.stringify(body)}\n`);
}

async function answerTo(request: IncomingMessage, options: ServeOptions): Promise<Answer> {
  const { port, token, settings, take, ruling } = options;
  const { host = "", authorization = "" } = request.headers;
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(host)) {
    return refusal(403, "the Host header must name the loopback address and this port");
  }
  if (!isEqual(authorization, `Bearer ${token}`)) {
    return refusal(401, "expected the header `Authorization: Bearer` with TUNESMITH_TOKEN");
  }
  if (request.url !== path) return refusal(404, `expected the path ${path}`);
  if (request.method !== "POST") return refusal(405, "expected POST");
  const text = await readBody(request);
  if (text === undefined) return refusal(413, `expected at most ${mostBytes} bytes`);
  const value = parseLooseJson(text);
  const objects = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  if (!objects.every(isObject)) return refusal(400, "expected a JSON object, or a list of them");
  for (const object of objects) take(reportOf(object, settings));
  const reason = await ruling();
  return { status: 200, body: reason === null ? { continue: true } : { continue: false, reason } };
}

function refusal(status: number, error: string): Answer {
  return { status, body: { error } };
}

/** Takes as long whatever is wrong. */
function isEqual(a: string, b: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined when it is too long, by what it says or by what comes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
