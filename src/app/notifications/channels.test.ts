import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { temporaryFolder } from "../../testing/temporary-folder.ts";
import type { Notice } from "./notice.ts";
import { notifyCommand } from "./notify-command.ts";
import { webhook } from "./webhook.ts";

const notice: Notice = {
  event: "best",
  study: "a b; rm -rf /",
  text: 'study "a": trial 3 is the best so far',
  time: 1,
  sequence: 13,
  metric: "validation/accuracy",
  trial: {
    number: 3,
    state: "completed",
    parameters: { "training.rate": 0.5 },
    objective: 0.75,
    reason: null,
  },
  progress: {
    total: 4,
    waiting: 0,
    running: 0,
    paused: 0,
    completed: 4,
    stopped: 0,
    failed: 0,
    remaining: 0,
    isFinished: true,
    ended: null,
  },
};
const never = new AbortController().signal;

describe("a webhook", () => {
  let server: Server;
  let address: string;
  const received: { method: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        received.push({ method: request.method, headers: request.headers, body });
        const status = Number(new URL(request.url!, "http://x").searchParams.get("status"));
        // 0: no answer at all.
        if (status > 0) response.writeHead(status, { location: "/elsewhere" }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("is posted the notice as JSON", async () => {
    await webhook(`${address}?status=204`, "--notify-webhook").deliver(notice, never);
    const [{ method, headers, body }] = received.splice(0) as [(typeof received)[number]];
    expect(method).toBe("POST");
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(body)).toEqual(notice);
  });

  it.each([
    [503, true],
    [429, true],
    [404, false],
    [302, false],
  ])("that answers with %i has not taken it (worth another try: %s)", async (status, isRetryable) => {
    const delivering = webhook(`${address}?status=${status}`, "--notify-webhook").deliver(notice, never);
    await expect(delivering).rejects.toMatchObject({
      message: `it answered with status ${status}`,
      isRetryable,
    });
    // A redirection could lead a secret anywhere.
    expect(received.splice(0)).toHaveLength(1);
  });

  it("that does not answer, or is not there, is not named by more than its host", async () => {
    const soon = AbortSignal.timeout(50);
    const silent = webhook(`${address}?status=0`, "--notify-webhook");
    await expect(silent.deliver(notice, soon)).rejects.toThrow(/^it did not answer in time$/);
    expect(silent.name).toBe(`webhook ${new URL(address).origin}`);
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const absent = webhook(`http://127.0.0.1:${port}/secret`, "--notify-webhook");
    await expect(absent.deliver(notice, never)).rejects.toThrow(/^it cannot be reached: ECONNREFUSED$/);
  });

  it.each([
    ["ftp://host/secret", /expected an address of http or https, got one of `ftp:`\.$/],
    ["no secret", /expected an address of http or https, got something else\.$/],
    ["https://me:secret@host/", /expected an address without a user or password, got one with them\.$/],
  ])("address that is none is refused without being printed: %s", (given, message) => {
    expect(() => webhook(given, "--notify-webhook")).toThrow(message);
  });
});

describe("a program", () => {
  const program = `
    const facts = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("TUNESMITH_")));
    let body = "";
    process.stdin.on("data", (chunk) => (body += chunk));
    process.stdin.on("end", () => require("node:fs").writeFileSync(process.argv[2], JSON.stringify({ facts, body, words: process.argv.slice(3) })));
  `;

  it("finds the facts in its environment and the notice on its stdin; no shell reads its words", async () => {
    const folder = temporaryFolder();
    const [file, told] = [join(folder, "program.cjs"), join(folder, "told.json")];
    await writeFile(file, program);
    process.env["TUNESMITH_NOTIFY_WEBHOOK"] = "https://secret";
    await notifyCommand([process.execPath, file, told, "$(date)"])
      .deliver(notice, never)
      .finally(() => delete process.env["TUNESMITH_NOTIFY_WEBHOOK"]);
    const { facts, body, words } = JSON.parse(await readFile(told, "utf8")) as {
      facts: object;
      body: string;
      words: string[];
    };
    expect(facts).toMatchObject({
      TUNESMITH_EVENT: "best",
      TUNESMITH_STUDY: "a b; rm -rf /",
      TUNESMITH_TEXT: notice.text,
      TUNESMITH_TRIAL: "3",
      TUNESMITH_OBJECTIVE: "0.75",
      TUNESMITH_SEQUENCE: "13",
    });
    expect(facts).not.toHaveProperty("TUNESMITH_NOTIFY_WEBHOOK");
    expect(JSON.parse(body)).toEqual(notice);
    expect(words).toEqual(["$(date)"]);
  });

  it.each([
    ["fails", [process.execPath, "-e", "process.exit(3)"], /^it ended with status 3$/],
    ["is not there", ["/no/such/program"], /^it cannot be started: ENOENT$/],
  ] as const)("that %s has not taken it", async (_, words, message) => {
    const [file, ...rest] = words;
    await expect(notifyCommand([file, ...rest]).deliver(notice, never)).rejects.toThrow(message);
  });

  it("that does not end in time is killed", async () => {
    const limit = new AbortController();
    const delivering = notifyCommand([process.execPath, "-e", "setInterval(() => {}, 1000)"]).deliver(
      notice,
      limit.signal,
    );
    limit.abort();
    await expect(delivering).rejects.toThrow(/^it did not end in time$/);
  });
});
