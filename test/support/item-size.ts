/**
 * Size of a flat DynamoDB item, in bytes, rounded up.
 *
 * @see Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 */
export function itemSizeOf(item: Record<string, unknown>): number {
  return Object.entries(item).reduce(
    (size, [name, value]) => size + Buffer.byteLength(name) + valueSizeOf(value),
    0,
  );
}

function valueSizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 2;
  throw new TypeError(`no size known for a ${typeof value}`);
}
