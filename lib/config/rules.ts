import { inspect } from 'node:util';
import * as z from 'zod';

/** A rule for one value that says, when it is broken, what was received and what is allowed. */
export function value<T>(
  accepts: (input: unknown) => input is T,
  allowed: string,
): z.ZodType<T, T> {
  return z.custom<T>(accepts, { error: ({ input }) => mismatch(input, allowed) });
}

/** @param allowed reads on from "allowed", such as `are "us" and "eu"`. */
export function mismatch(input: unknown, allowed: string): string {
  return `received ${shown(input)}, allowed ${allowed}`;
}

/** A rule for an object whose properties are all known; a property nobody knows is a mistake. */
export function section<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownProperty(key, Object.keys(shape))).join('\n')
        : mismatch(issue.input, 'are objects'),
  });
}

/** A rule for an object with at least one entry and names of the deployer's choice. */
export function keyed<T extends z.ZodType>(name: RegExp, allowedNames: string, entry: T) {
  return z
    .record(z.string().regex(name), entry, {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? `unknown name, allowed ${allowedNames}`
          : mismatch(issue.input, 'are objects'),
    })
    .refine((record) => Object.keys(record).length > 0, {
      error: 'received no entries, allowed are one or more',
    });
}

function unknownProperty(name: string, known: readonly string[]): string {
  const [closest] = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return closest === undefined
    ? `${JSON.stringify(name)} is no property, known are ${known.join(', ')}`
    : `${JSON.stringify(name)} is no property, did you mean "${closest.candidate}"?`;
}

/** Single-character changes between two words, letter case aside. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from.toLowerCase()).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to.toLowerCase()).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function shown(input: unknown): string {
  if (input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object' && input !== null) return 'an object';
  if (typeof input === 'string') {
    return JSON.stringify(input.length > 80 ? `${input.slice(0, 80)}…` : input);
  }
  // Numbers JSON does not know (NaN, Infinity) and everything else that has a name.
  return inspect(input);
}
