/**
 * Writers that are killed again and again at moments from a seed, and after each round a look at the store with the eyes of
 * whoever received their acknowledgements.
 */
import type { ChildProcess } from "node:child_process";

import { RandomStream, systemClock, toSeed } from "../../src/base/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { createAcknowledgedStudy } from "./acknowledged-study.ts";
import { acknowledgedStudy, type Acknowledgement } from "./acknowledgement.ts";
import { findViolations } from "./invariants.ts";
import { startProgram } from "./programs/start-program.ts";
import { writeUntilKilled } from "./write-until-killed.ts";

/** At once, so that they also meet each other. */
const writers = 2;
/** A writer is killed after fewer acknowledgements than this, perhaps before the first. */
const mostAcknowledgements = 30;

export interface KillLoopOptions {
  /** As `openStorage` takes it; an empty store. */
  readonly url: string;
  readonly rounds: number;
  /** A file of `programs/` that acknowledges what it writes. Defaults to the one that does so rightly. */
  readonly program?: string;
}

export interface KillLoopReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly trials: number;
  /** Of the first round that had any, after which the loop ends. */
  readonly violations: readonly string[];
}

export async function killLoop(options: KillLoopOptions): Promise<KillLoopReport> {
  const { url, rounds, program = "write-and-acknowledge" } = options;
  await createAcknowledgedStudy(url);
  const moments = new RandomStream(toSeed(9), "kill-after");
  const acknowledged: Acknowledgement[] = [];
  const start = (round: number): Writer[] =>
    Array.from({ length: writers }, (_, place) => {
      const name = `writer-${writers * round + place}`;
      return { name, program: startProgram(program, [url, name]) };
    });
  let waiting = start(0);
  for (let round = 0; ; round++) {
    const current = waiting;
    const isLast = round + 1 === rounds;
    // The next ones load while these write.
    if (!isLast) waiting = start(round + 1);
    const received = await Promise.all(
      current.map(({ program: writer }, place) =>
        writeUntilKilled(writer, moments.integerBelow(mostAcknowledgements, writers * round + place)),
      ),
    );
    const fresh = received.flat();
    acknowledged.push(...fresh);
    const storage = await openStorage(url);
    const violations = await findViolations(storage, isLast ? acknowledged : fresh, { isThorough: isLast });
    const study = await Study.open({ storage, clock: systemClock, name: acknowledgedStudy });
    for (const { name } of current) {
      const held = await study.releaseWorker(name);
      if (held.length > 1) violations.push(`${name} held ${held.length} trials at once`);
    }
    const trials = await storage.countTrials(study.record.id);
    await storage.close();
    if (violations.length > 0 || isLast) {
      return { kills: writers * (round + 1), acknowledged: acknowledged.length, trials, violations };
    }
  }
}

interface Writer {
  readonly name: string;
  readonly program: ChildProcess;
}
