import type { ReadingProgress, SourceOptions } from "../../../learning/data/index.ts";
import { mapFile } from "../../../learning/runtime/index.ts";
import type { CliContext } from "../context.ts";
import { formatDuration } from "./duration.ts";

/** How often the line is written anew. */
const intervalMs = 100;

/** `decoding images: 37 %, about 12 s to go`, without the time where nobody measures it, or a count where the total is not known. */
export function readingText({ what, done, total }: ReadingProgress, elapsedMs?: number): string {
  if (total === null || total === 0) return `${what}: ${done}`;
  const percent = Math.floor((100 * done) / total);
  if (elapsedMs === undefined || done === 0 || done >= total) return `${what}: ${percent} %`;
  return `${what}: ${percent} %, about ${formatDuration((elapsedMs / done) * (total - done))} to go`;
}

/**
 * What commands that read data read it with: the folder of the data sets, warnings, and on a terminal one line of progress.
 *
 * @param now milliseconds that only go forward
 */
export function readingOptions(
  context: Pick<CliContext, "process" | "isQuiet" | "dataDir" | "warn">,
  now: () => number = () => performance.now(),
): { readonly sources: SourceOptions; /** Takes the line away. */ readonly end: () => void } {
  const { stderr } = context.process;
  const { dataDir } = context;
  const isShown = stderr.isTTY && !context.isQuiet;
  let isLine = false;
  const end = () => {
    if (isLine) stderr.write("\r\u001B[K");
    isLine = false;
  };
  const onWarning = (message: string) => {
    end();
    context.warn(message);
  };
  if (!isShown) return { sources: { dataDir, mapFile, onWarning }, end };
  let what: string | undefined;
  let startedAt = 0;
  let writtenAt = 0;
  const onReading = (progress: ReadingProgress) => {
    if (progress.what !== what) [what, startedAt] = [progress.what, now()];
    if (isLine && now() - writtenAt < intervalMs) return;
    writtenAt = now();
    isLine = true;
    stderr.write(`\r${readingText(progress, now() - startedAt)}\u001B[K`);
  };
  const onProgress: SourceOptions["onProgress"] = ({ file, receivedBytes, totalBytes }) =>
    onReading({ what: `downloading ${file}`, done: receivedBytes, total: totalBytes });
  return { sources: { dataDir, mapFile, onWarning, onReading, onProgress }, end };
}
