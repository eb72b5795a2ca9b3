import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

export interface Surroundings {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * The folder for files that can be fetched again: `$XDG_CACHE_HOME/tunesmith`, else the platform's own place for them.
 *
 * @see XDG Base Directory Specification 0.8: a relative path in the variable is to be ignored
 */
export function cacheFolder(
  { platform, env, home }: Surroundings = { platform: process.platform, env: process.env, home: homedir() },
): string {
  const chosen = env["XDG_CACHE_HOME"];
  if (chosen !== undefined && isAbsolute(chosen)) return join(chosen, "tunesmith");
  if (platform === "darwin") return join(home, "Library", "Caches", "tunesmith");
  if (platform === "win32")
    return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "tunesmith", "cache");
  return join(home, ".cache", "tunesmith");
}
