/**
 * Writes one entry: its first part, which may be larger than memory, piece by piece as it is decoded, the others at the end.
 * The file has a name of its own until it is whole and on the disk; then it is renamed, so no other process ever sees a
 * half of it, and two that write the same entry replace each other's equal files.
 *
 * Where the cache cannot be written to, because the disk is full or the folder is not ours, the data goes on in memory
 * and a warning says so: a cache must not be the reason why a study fails.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeSync } from "node:fs";

import type { Json } from "../../../base/index.ts";
import { allocateBytes } from "../allocate-bytes.ts";
import { sha256Of } from "../sha256.ts";
import { idxHeader } from "../idx.ts";
import type { MapFile } from "../map-file.ts";
import {
  align,
  encodePreamble,
  partAlignment,
  type DecodedEntry,
  type EntryPart,
  type PartHeader,
} from "./entry-format.ts";
import { readBytes, readEntry, sumOf, typeOf } from "./read-entry.ts";

/** Large writes are few: each goes straight to the system, past the decoders that keep Node's own threads busy. */
const pendingBytes = 4 << 20;
const hashedPieceBytes = 1 << 26;

export const partialSuffix = ".partial";

export interface EntryWriterOptions {
  /** Where the entry shall lie. */
  readonly path: string;
  /** The most bytes that will be appended; so much memory is taken when the disk cannot be. */
  readonly largestBytes: number;
  readonly onWarning?: ((message: string) => void) | undefined;
  readonly mapFile?: MapFile | undefined;
}

export interface FinishEntryOptions {
  readonly facts: Json;
  /** The appended bytes; absent when there are none. */
  readonly first?: { readonly name: string; readonly dimensions: readonly number[] };
  readonly others: Readonly<
    Record<string, { readonly values: EntryPart["values"]; readonly dimensions: readonly number[] }>
  >;
}

export class EntryWriter {
  readonly #options: EntryWriterOptions;
  readonly #temporaryPath: string;
  readonly #pending = new Uint8Array(pendingBytes);
  #pendingLength = 0;
  /** Bytes of the first part that the file holds. */
  #written = 0;
  #file: FileHandle | undefined;
  /** Set when the file is given up. */
  #memory: Uint8Array<ArrayBuffer> | undefined;

  private constructor(options: EntryWriterOptions) {
    this.#options = options;
    this.#temporaryPath = join(dirname(options.path), `.${randomUUID()}${partialSuffix}`);
  }

  static async create(options: EntryWriterOptions): Promise<EntryWriter> {
    const writer = new EntryWriter(options);
    try {
      await mkdir(dirname(options.path), { recursive: true });
      writer.#file = await open(writer.#temporaryPath, "wx+");
    } catch (error) {
      await writer.#goOnInMemory(error);
    }
    return writer;
  }

  /** @throws INVALID_DATA when neither disk nor memory can take it */
  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.#memory !== undefined) {
        this.#memory.set(bytes.subarray(at), this.#written);
        this.#written += bytes.length - at;
        return;
      }
      const piece = bytes.subarray(at, at + pendingBytes - this.#pendingLength);
      this.#pending.set(piece, this.#pendingLength);
      this.#pendingLength += piece.length;
      at += piece.length;
      if (this.#pendingLength === pendingBytes) await this.#flush();
    }
  }

  async finish(options: FinishEntryOptions): Promise<DecodedEntry> {
    await this.#flush();
    if (this.#memory === undefined) {
      await this.#complete(options).catch((error: unknown) => this.#goOnInMemory(error));
    }
    if (this.#memory === undefined)
      return readEntry(this.#options.path, { mapFile: this.#options.mapFile, isChecked: false });
    const { facts, first, others } = options;
    const values = this.#memory.subarray(0, this.#written);
    const appended = first === undefined ? {} : { [first.name]: { values, dimensions: first.dimensions } };
    const parts = { ...appended, ...others };
    return {
      facts,
      parts: Object.fromEntries(
        Object.entries(parts).map(([name, part]) => [
          name,
          { ...part, sha256: sumOf(part.values, part.dimensions) },
        ]),
      ),
    };
  }

  /** Leaves nothing behind; after `finish` it does nothing. */
  async discard(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    await file.close();
    await rm(this.#temporaryPath, { force: true });
  }

  async #flush(): Promise<void> {
    if (this.#file === undefined || this.#pendingLength === 0) return;
    try {
      this.#write(this.#pending.subarray(0, this.#pendingLength), partAlignment + this.#written);
      this.#written += this.#pendingLength;
      this.#pendingLength = 0;
    } catch (error) {
      await this.#goOnInMemory(error);
    }
  }

  #write(bytes: Uint8Array, offset: number): void {
    for (let at = 0; at < bytes.length;)
      at += writeSync(this.#file!.fd, bytes, at, bytes.length - at, offset + at);
  }

  /** Others, header, preamble; then onto the disk and to its name. */
  async #complete({ facts, first, others }: FinishEntryOptions): Promise<void> {
    const headers: PartHeader[] = [];
    if (first !== undefined) {
      const sha256 = await this.#sumOfFirst(first.dimensions);
      headers.push({ ...first, type: "uint8", offset: partAlignment, sha256 });
    }
    let end = partAlignment + this.#written;
    for (const [name, { values, dimensions }] of Object.entries(others)) {
      const offset = align(end);
      this.#write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
      headers.push({ name, type: typeOf(values), dimensions, offset, sha256: sumOf(values, dimensions) });
      end = offset + values.byteLength;
    }
    const headerOffset = align(end);
    const header = Buffer.from(JSON.stringify({ facts, parts: headers }));
    this.#write(header, headerOffset);
    this.#write(encodePreamble(header, headerOffset), 0);
    await this.#file!.sync();
    await rename(this.#temporaryPath, this.#options.path);
    await this.#file!.close();
    this.#file = undefined;
  }

  /** How many there are is known only now, and it comes first in what is hashed. */
  async #sumOfFirst(dimensions: readonly number[]): Promise<string> {
    const file = this.#file!;
    const length = this.#written;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield idxHeader(dimensions);
      for (let at = 0; at < length; at += hashedPieceBytes)
        yield await readBytes(file, partAlignment + at, Math.min(hashedPieceBytes, length - at));
    }
    return sha256Of(pieces());
  }

  async #goOnInMemory(error: unknown): Promise<void> {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || code === "INVALID_DATA") throw error;
    this.#options.onWarning?.(
      `decoded cache: \`${dirname(this.#options.path)}\` cannot be written to (${message}); the decoded data stays in memory and is decoded anew next time.`,
    );
    const memory = allocateBytes(this.#options.largestBytes, "decoded data");
    if (this.#file !== undefined) {
      memory.set(await readBytes(this.#file, partAlignment, this.#written));
      memory.set(this.#pending.subarray(0, this.#pendingLength), this.#written);
      this.#written += this.#pendingLength;
      this.#pendingLength = 0;
    }
    this.#memory = memory;
    // A disk that takes nothing may not let go of it either; what stays is pruned some day.
    await this.discard().catch(() => {});
  }
}
