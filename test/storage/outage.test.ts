/** A database that goes away under its workers, in every way that it can. */
import { once } from "node:events";

import { expect, it } from "vitest";

import { openStorage } from "../../src/search/storage/index.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import type { PostgresServer } from "../../src/testing/postgres-server.ts";
import { createAcknowledgedStudy } from "./acknowledged-study.ts";
import { acknowledgedStudy, type Acknowledgement } from "./acknowledgement.ts";
import { findViolations } from "./invariants.ts";
import { nextMessage, startProgram } from "./programs/start-program.ts";

const trials = 90;

const outages: readonly {
  readonly how: string;
  readonly strike: (server: PostgresServer) => Promise<void>;
}[] = [
  {
    how: "crashes",
    strike: async (server) => {
      await server.kill();
      await server.start();
    },
  },
  {
    how: "is shut down",
    strike: async (server) => {
      await server.stop("immediate");
      await server.start();
    },
  },
  {
    how: "restarts",
    strike: async (server) => {
      await server.stop("fast");
      await server.start();
    },
  },
  {
    how: "answers nobody for a while",
    strike: async (server) => {
      await server.pause();
      await server.resume();
    },
  },
];

describePostgres("workers whose database goes away", (server) => {
  it("go on when it is back: every trial is run to its end once, and nothing that was acknowledged is lost", async () => {
    const url = await server.createDatabase();
    await createAcknowledgedStudy(url, trials);
    const acknowledged: Acknowledgement[] = [];
    const away: string[] = [];
    let strikes = 0;
    let striking: Promise<void> = Promise.resolve();
    const workers = ["a", "b", "c"].map((name) => startProgram("write-patiently", [url, name]));
    await Promise.all(workers.map(nextMessage));
    for (const worker of workers) {
      worker.on("message", (message: Acknowledgement | { kind: "away"; message: string }) => {
        if (message.kind === "away") return void away.push(message.message);
        acknowledged.push(message);
        // A word from somebody after each outage, so that each meets writes that are under way.
        if (acknowledged.length % 60 !== 0) return undefined;
        const { strike } = outages[strikes++ % outages.length]!;
        striking = striking.then(() => strike(server));
        return undefined;
      });
      worker.send("go");
    }
    const ends = await Promise.all(workers.map((worker) => once(worker, "close")));
    await striking;
    expect(ends).toEqual(workers.map(() => [0, null]));

    const storage = await openStorage(url);
    expect(await findViolations(storage, acknowledged, { isThorough: true })).toEqual([]);
    const { id } = await storage.getStudy(acknowledgedStudy);
    const states = (await storage.listTrials(id)).map(({ state }) => state);
    expect(states).toEqual(Array.from({ length: trials }, () => "completed"));
    const events = await storage.listEvents(id);
    await storage.close();
    const lost = events.filter(({ kind }) => kind === "trial-waiting").length;
    console.info(
      `${strikes} outages of PostgreSQL, noticed ${away.length} times; ${acknowledged.length} writes acknowledged, ${lost} claims given back, ${trials} trials exact`,
    );
    expect(strikes).toBeGreaterThan(2 * outages.length);
    expect(away.length).toBeGreaterThan(0);
  }, 600_000);
});
