import { refusal } from './call';

/**
 * Refuses what is not known by name.
 *
 * @param where what the names are of, for the message.
 * @throws {Refusal} 400: an instruction that silently does nothing would make a test pass for the
 *   wrong reason.
 */
export function onlyKnown(input: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw refusal(400, `unknown '${unknown}' in ${where}: known are ${known.join(', ')}`);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** A whole number, 0 or more. */
export function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
