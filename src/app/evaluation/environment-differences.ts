type Environment = Readonly<Record<string, string>>;

/** What was another place, in words; none when equal bits are promised. */
export function environmentDifferences(expected: Environment, received: Environment): string[] {
  return Object.entries(expected)
    .filter(([key, value]) => received[key] !== value)
    .map(([key, value]) => `${key} ${value} then, ${received[key]} now`);
}
