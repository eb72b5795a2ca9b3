import { LineSplitter, visible } from "./line-splitter.ts";
import type { MetricSource, MetricWayOptions } from "./metric-way.ts";
import { parseReport } from "./report.ts";

/** A line on stdout that is a JSON object is a report. Every other line is only log. */
export async function jsonLines({ settings, take }: MetricWayOptions): Promise<MetricSource> {
  const lines = new LineSplitter("{");
  const read = (complete: readonly string[]) => {
    for (const line of complete) {
      const text = visible(line);
      const report = text.startsWith("{") && text.endsWith("}") ? parseReport(text, settings) : undefined;
      if (report !== undefined) take(report);
    }
  };
  return {
    env: {},
    onOutput: (chunk, stream) => {
      if (stream === "stdout") read(lines.push(chunk));
    },
    end: async () => read(lines.end()),
  };
}
