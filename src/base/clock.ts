/** Time as a parameter, so that tests can drive it. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may be set forward and back. */
  now(): number;
  /** Milliseconds from some moment on, which only ever go forward and stand still while the machine sleeps. */
  elapsed(): number;
}

export const systemClock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };
