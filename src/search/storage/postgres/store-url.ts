/** Addresses of PostgreSQL, which may hold a password: whatever is printed of one goes through `describeStore`. */

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:/i.test(url);
}

/** The address as it may be printed: without the password, and without options, which may hold another. */
export function describeStore(url: string): string {
  if (!URL.canParse(url)) return "postgres://";
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}
