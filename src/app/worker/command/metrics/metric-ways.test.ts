import { appendFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { jsonLines } from "./json-lines.ts";
import type { MetricSource, MetricWay, MetricWayOptions } from "./metric-way.ts";
import { metricsFile } from "./metrics-file.ts";
import { metricsServer } from "./metrics-server.ts";
import { patterns } from "./patterns.ts";
import { StepCounter } from "./step-counter.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-metrics-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Opened {
  readonly source: MetricSource;
  /** What is reported, as `metric@step=value`. */
  readonly reported: string[];
  readonly failures: string[];
  /** What requests are answered with. */
  rule: (reason: string) => void;
}

async function open(
  way: MetricWay,
  settings: MetricWayOptions["settings"] = {},
  token = "the-token",
): Promise<Opened> {
  const counter = new StepCounter();
  const reported: string[] = [];
  const failures: string[] = [];
  let reason: string | null = null;
  const source = await way({
    settings,
    folder,
    file: join(folder, settings.file ?? "metrics.jsonl"),
    token,
    take: (report) =>
      reported.push(...counter.count(report).map(({ metric, step, value }) => `${metric}@${step}=${value}`)),
    room: async () => {},
    ruling: async () => reason,
    fail: (message) => failures.push(message),
  });
  return { source: source!, reported, failures, rule: (text) => (reason = text) };
}

/** What is reported of the output of a program that then ends. */
async function ofOutput(
  way: MetricWay,
  settings: MetricWayOptions["settings"],
  ...chunks: readonly (string | Buffer)[]
) {
  const { source, reported } = await open(way, settings);
  for (const chunk of chunks) source.onOutput!(Buffer.from(chunk), "stdout");
  await source.end();
  return reported;
}

describe("a line of JSON", () => {
  test.each([
    [`{"loss": 0.5, "step": 3}\n`, ["loss@3=0.5"]],
    [`  {"loss": 0.5}  \r\n`, ["loss@1=0.5"]],
    [`{"loss": 0.5}`, ["loss@1=0.5"]],
    [`{"val/acc": 1, "note": "x", "ok": true, "list": [1]}\n`, ["val/acc@1=1"]],
    [`{"val": {"loss": 1, "deep": {"f1": 2}}}\n`, ["val.loss@1=1", "val.deep.f1@1=2"]],
    [`{"loss": NaN, "a": -Infinity, "b": "NaN"}\n`, ["loss@1=NaN", "a@1=-Infinity"]],
    [`{"_step": 2, "_runtime": 3.5, "_timestamp": 1e9, "loss": 1}\n`, ["loss@2=1"]],
    [` 50%|#####     \r100%|##########\r{"loss": 1}\n`, ["loss@1=1"]],
  ])("%j", async (text, expected) => {
    expect(await ofOutput(jsonLines, {}, text)).toEqual(expected);
  });

  test.each(["loss: 0.5", "[1, 2]", "{not json}", "{}", "3", "", `{"text": "only"}`, `log {"loss": 1}`])(
    "%j is log",
    async (text) => {
      expect(await ofOutput(jsonLines, {}, `${text}\n`)).toEqual([]);
    },
  );

  test("may call its step by another name", async () => {
    expect(await ofOutput(jsonLines, { step: "epoch" }, `{"epoch": 4, "step": 7, "loss": 1}\n`)).toEqual([
      "step@4=7",
      "loss@4=1",
    ]);
  });

  test("is read from stdout only", async () => {
    const { source, reported } = await open(jsonLines);
    source.onOutput!(Buffer.from(`{"loss": 1}\n`), "stderr");
    await source.end();
    expect(reported).toEqual([]);
  });
});

describe("steps", () => {
  test("are counted for each metric by itself where a program gives none", async () => {
    const text = `{"loss": 3}\n{"loss": 2}\n{"acc": 1}\n{"loss": 1}\n`;
    expect(await ofOutput(jsonLines, {}, text)).toEqual(["loss@1=3", "loss@2=2", "acc@1=1", "loss@3=1"]);
  });

  test("that begin with 0 are counted from 1", async () => {
    const text = `{"loss": 3, "step": 0}\n{"loss": 2, "step": 10}\n`;
    expect(await ofOutput(jsonLines, {}, text)).toEqual(["loss@1=3", "loss@11=2"]);
  });

  test("that have passed are not taken, the same one is taken again", async () => {
    const text = [5, 5, 4, 6].map((step) => `{"loss": 1, "step": ${step}}\n`).join("");
    expect(await ofOutput(jsonLines, {}, text)).toEqual(["loss@5=1", "loss@5=1", "loss@6=1"]);
  });

  test("of names without end are not all remembered, nor of names that may not be", () => {
    const counter = new StepCounter((name) => name !== "secret");
    for (let i = 0; i < 10_005; i++) counter.count({ values: [[`m${i}`, 1]], step: undefined });
    expect(counter.metrics).toHaveLength(10_000);
    expect(new StepCounter((name) => name !== "secret").count({ values: [["secret", 1]], step: 1 })).toEqual(
      [],
    );
  });
});

describe("pieces of output", () => {
  test("are put together, in the middle of a letter too", async () => {
    const bytes = Buffer.from(`{"größe": 1}\n`);
    const middle = bytes.indexOf(0xc3) + 1;
    expect(await ofOutput(jsonLines, {}, bytes.subarray(0, middle), bytes.subarray(middle))).toEqual([
      "größe@1=1",
    ]);
  });

  test("of a line without end are let go", async () => {
    const endless = Array.from({ length: 30 }, () => Buffer.alloc(100_000, "x"));
    expect(await ofOutput(jsonLines, {}, ...endless, `{"a": 1}\n{"b": 2}\n`)).toEqual(["b@1=2"]);
  });
});

describe("a pattern", () => {
  const settings = {
    patterns: {
      "validation/accuracy": String.raw`val_acc[=:]\s*(\S+)`,
      loss: String.raw`epoch (?<step>\d+).*\bloss (?<value>[-\w.]+)`,
    },
  };

  test("finds a metric in lines of both streams, with its step where it says one", async () => {
    const { source, reported } = await open(patterns, settings);
    source.onOutput!(Buffer.from("epoch 3: loss 0.5, val_acc: 0.8\nval_acc=high\n"), "stdout");
    source.onOutput!(Buffer.from("10%\rval_acc=0.7\r val_acc=0.9\nepoch 7 loss nan"), "stderr");
    await source.end();
    expect(reported).toEqual([
      "validation/accuracy@1=0.8",
      "loss@3=0.5",
      "validation/accuracy@2=0.9",
      "loss@7=NaN",
    ]);
  });

  test("is not there where the study has none", async () => {
    expect((await open(patterns)).source).toBeUndefined();
  });

  test("that would match for ever is broken off, and the trial ends", async () => {
    const { source, reported, failures } = await open(patterns, {
      patterns: { fine: "(x)", loss: String.raw`^(?:a+)+b(?<value>\d)` },
    });
    source.onOutput!(Buffer.from(`${"a".repeat(60)}\n`), "stdout");
    source.onOutput!(Buffer.from("aab7\n"), "stdout");
    await source.end();
    expect(failures).toEqual([
      "the pattern of `loss` must match within 2 s, got one that was not done with a line of 60 characters.",
    ]);
    expect(reported).toEqual([]);
  });
});

describe("a file", () => {
  const write = async (text: string, settings = {}) => {
    const opened = await open(metricsFile, settings);
    await writeFile(opened.source.env["TUNESMITH_METRICS_FILE"]!, text);
    await opened.source.end();
    return opened.reported;
  };

  test.each([
    ["lines of JSON", `{"loss": 2, "step": 1}\n{"loss": 1, "step": 2}`, ["loss@1=2", "loss@2=1"]],
    [
      "a table",
      `step,loss,"val ""acc""",note\n1,0.5,0.75,"a, b"\n2,nan,,x\n`,
      ["loss@1=0.5", `val "acc"@1=0.75`, "loss@2=NaN"],
    ],
    ["a table with tabs", "loss\tacc\n1\t2\n", ["loss@1=1", "acc@1=2"]],
    ["a table with semicolons", "loss;acc\r\n1;2\r\n", ["loss@1=1", "acc@1=2"]],
    ["nothing", "", []],
    ["what is neither", "\u0000\u0001garbage\n\n,,,\n", []],
  ])("of %s", async (_, text, expected) => {
    expect(await write(text)).toEqual(expected);
  });

  test("of epochs, in a folder below the trial's", async () => {
    expect(await write("epoch,loss\n0,3\n1,2\n", { file: "logs/a/m.csv", step: "epoch" })).toEqual([
      "loss@1=3",
      "loss@2=2",
    ]);
  });

  test("is read while it grows, and again when it is written anew", async () => {
    const { source, reported } = await open(metricsFile);
    const path = source.env["TUNESMITH_METRICS_FILE"]!;
    const until = async (count: number) => {
      while (reported.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await appendFile(path, "loss\n3\n2");
    await until(1);
    await appendFile(path, ".5\n");
    await until(2);
    await writeFile(path, "l\n1\n");
    await until(3);
    await source.end();
    expect(reported).toEqual(["loss@1=3", "loss@2=2.5", "l@1=1"]);
  });

  test("of an earlier attempt is taken away", async () => {
    await writeFile(join(folder, "metrics.jsonl"), `{"loss": 1}\n`);
    const { source, reported } = await open(metricsFile);
    await source.end();
    expect(reported).toEqual([]);
  });

  test.skipIf(process.platform === "win32")("that is a link is not followed", async () => {
    const { source, reported } = await open(metricsFile);
    await writeFile(join(folder, "elsewhere"), "loss\n1\n");
    await symlink(join(folder, "elsewhere"), source.env["TUNESMITH_METRICS_FILE"]!);
    await source.end();
    expect(reported).toEqual([]);
  });
});

describe("HTTP", () => {
  interface Sent {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
  }

  /** As a program sends it. */
  function send(
    { source }: Opened,
    { method = "POST", path, headers = {}, body = "{}" }: Sent,
  ): Promise<{ readonly status: number; readonly answer: Record<string, unknown> }> {
    const { TUNESMITH_METRICS_URL: url, TUNESMITH_TOKEN: token } = source.env;
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path ?? "/metrics", url),
        { method, headers: { authorization: `Bearer ${token}`, ...headers } },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve({ status: response.statusCode!, answer: JSON.parse(text) }));
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  test("takes a report or a list of them, and says whether to go on", async () => {
    const opened = await open(metricsServer);
    expect(await send(opened, { body: `{"loss": 1, "step": 1}` })).toEqual({
      status: 200,
      answer: { continue: true },
    });
    opened.rule("stopped by asha");
    expect(await send(opened, { body: `[{"loss": NaN, "step": 2}, {"acc": {"top1": 3}}]` })).toEqual({
      status: 200,
      answer: { continue: false, reason: "stopped by asha" },
    });
    expect(opened.reported).toEqual(["loss@1=1", "loss@2=NaN", "acc.top1@1=3"]);
    await opened.source.end();
  });

  const big = Buffer.alloc(1_000_001, " ");
  test.each<[string, Sent, number]>([
    ["a wrong token", { headers: { authorization: "Bearer the-toke" } }, 401],
    ["no token", { headers: { authorization: "" } }, 401],
    ["a page of another host", { headers: { host: "evil.example:80" } }, 403],
    ["another port", { headers: { host: "127.0.0.1:1" } }, 403],
    ["another path", { path: "/" }, 404],
    ["a look", { method: "GET", body: "" }, 405],
    ["more than it may be", { body: big, headers: { "content-length": "1000001" } }, 413],
    ["more than it says", { body: big, headers: { "transfer-encoding": "chunked" } }, 413],
    ["what is no JSON", { body: "loss=1" }, 400],
    ["a number", { body: "3" }, 400],
    ["a list of numbers", { body: "[1]" }, 400],
  ])("refuses %s and records nothing", async (_, sent, status) => {
    const opened = await open(metricsServer);
    const given = { body: `{"loss": 1}`, ...sent };
    const refused = await send(opened, given).catch(
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    // Who is refused for size may find the connection closed before all is sent.
    if (status !== 413 || typeof refused === "object") {
      expect(refused).toMatchObject({ status, answer: { error: expect.any(String) } });
    } else expect(refused).toMatch(/^(?:EPIPE|ECONNRESET)$/);
    expect(JSON.stringify(refused)).not.toContain("the-token");
    expect(opened.reported).toEqual([]);
    await opened.source.end();
  });

  test("listens on the loopback address only, and no longer than the trial", async () => {
    const opened = await open(metricsServer);
    expect(opened.source.env["TUNESMITH_METRICS_URL"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    await opened.source.end();
    await expect(send(opened, {})).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("is not there where the study does not want it", async () => {
    expect((await open(metricsServer, { http: false })).source).toBeUndefined();
  });
});
