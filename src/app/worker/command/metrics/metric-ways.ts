import { jsonLines } from "./json-lines.ts";
import type { MetricSource, MetricWay, MetricWayOptions } from "./metric-way.ts";
import { metricsFile } from "./metrics-file.ts";
import { metricsServer } from "./metrics-server.ts";
import { patterns } from "./patterns.ts";

const ways: readonly MetricWay[] = [jsonLines, patterns, metricsFile, metricsServer];

/** Every way that the study uses, ready for its program. */
export async function openMetricSources(options: MetricWayOptions): Promise<readonly MetricSource[]> {
  const sources: MetricSource[] = [];
  try {
    for (const way of ways) {
      const source = await way(options);
      if (source !== undefined) sources.push(source);
    }
    return sources;
  } catch (error) {
    for (const source of sources) await source.end();
    throw error;
  }
}
