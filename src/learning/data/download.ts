import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { TunesmithError } from "../../base/index.ts";

export interface DownloadProgress {
  readonly file: string;
  readonly address: string;
  readonly receivedBytes: number;
  /** Null when the server does not say. */
  readonly totalBytes: number | null;
}

export interface DownloadOptions {
  /** Tried in order until one gives the right file. */
  readonly addresses: readonly string[];
  /** Where the file shall lie; its folder is made when missing. */
  readonly path: string;
  /** A longer answer is broken off. */
  readonly largestSizeBytes: number;
  /** Throws when the file at `path` is not the right one. */
  readonly check: (path: string) => Promise<void>;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** How long a server may be silent, in milliseconds. Defaults to 30,000. */
  readonly silenceMs?: number | undefined;
}

/** One address that did not give the file, and why. */
export interface DownloadFailure {
  readonly address: string;
  readonly reason: string;
  readonly cause: unknown;
}

/** `fetch failed` says nothing; what it wraps does: `getaddrinfo ENOTFOUND host`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error)
    return cause.message === "" ? ((cause as NodeJS.ErrnoException).code ?? cause.name) : cause.message;
  return error.message;
}

async function fetchTo(path: string, address: string, options: DownloadOptions): Promise<void> {
  const { signal, onProgress, largestSizeBytes, silenceMs = 30_000 } = options;
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(`the server was silent for ${silenceMs / 1000} s`)),
    silenceMs,
  );
  const stop = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
  try {
    const response = await (options.fetch ?? fetch)(address, { signal: stop });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    }
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    // With a content encoding, the length is that of the encoded body and not of what arrives here.
    const isLengthKnown = Number.isSafeInteger(length) && response.headers.get("content-encoding") === null;
    const totalBytes = isLengthKnown ? length : null;
    let receivedBytes = 0;
    async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        timer.refresh();
        receivedBytes += chunk.length;
        if (receivedBytes > largestSizeBytes)
          throw new Error(`the answer is longer than ${largestSizeBytes} bytes`);
        onProgress?.({ file: basename(options.path), address, receivedBytes, totalBytes });
        yield chunk;
      }
    }
    const body = Readable.fromWeb(response.body as import("node:stream/web").ReadableStream<Uint8Array>);
    await pipeline(body, counted, createWriteStream(path), { signal: stop });
  } catch (error) {
    if (silence.signal.aborted) throw silence.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Fetches a file. It appears at `path` complete and checked, or not at all: it is written to a temporary folder beside
 * it and then renamed, so a crash, a full disk or a second process doing the same leaves nothing half-written there.
 *
 * @returns an empty list when the file is in place, else one failure per address.
 * @throws the signal's reason when aborted; DATA_NOT_FOUND when the folder cannot be written to.
 */
export async function download(options: DownloadOptions): Promise<DownloadFailure[]> {
  const { addresses, path, check, signal } = options;
  const folder = dirname(path);
  signal?.throwIfAborted();
  let temporaryFolder: string;
  try {
    await mkdir(folder, { recursive: true });
    temporaryFolder = await mkdtemp(join(folder, ".download-"));
  } catch (cause) {
    throw new TunesmithError("DATA_NOT_FOUND", {
      message: `download of \`${basename(path)}\`: the folder \`${folder}\` must be writable, got ${(cause as Error).message}.`,
      hint: "Free it, or set XDG_CACHE_HOME to a folder that you can write to.",
      facts: { path },
      cause,
    });
  }
  try {
    const failures: DownloadFailure[] = [];
    const temporaryPath = join(temporaryFolder, basename(path));
    for (const address of addresses) {
      try {
        await fetchTo(temporaryPath, address, options);
        await check(temporaryPath);
        await rename(temporaryPath, path);
        return [];
      } catch (cause) {
        signal?.throwIfAborted();
        failures.push({ address, reason: reasonOf(cause), cause });
      }
    }
    return failures;
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
    // Made above for nothing when no file came; one that holds files stays.
    await rmdir(folder).catch(() => {});
  }
}
