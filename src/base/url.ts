/** True of `scheme:...`; one letter before the colon is a drive of Windows. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text);
}

/** What may be printed of a text that may be a URL: without its password, and without parameters, which may hold one as well. */
export function withoutSecrets(text: string): string {
  if (!isUrl(text) || text.endsWith(":")) return text;
  const scheme = text.slice(0, text.indexOf(":"));
  // Of what has no place for a password nobody knows where one stands.
  if (!text.startsWith(`${scheme}://`) || !URL.canParse(text)) return `${scheme}:...`;
  const { protocol, username, host, pathname } = new URL(text);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}
