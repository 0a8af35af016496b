/** A JSON value that came from outside, of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns the value as an object, or `undefined` for anything else, arrays included. Never throws. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** @returns the value as a non-empty text, or `undefined` for anything else. Never throws. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @returns a finite number, also one written as text, or `undefined` for anything else. Never throws. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * Whether a value nests more objects and arrays, itself included, than a limit; what they hold does
 * not count. Walks without recursion: the value may be built to exhaust the stack of whatever walks
 * it later.
 */
export function nestsDeeperThan(value: unknown, limit: number): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null;
