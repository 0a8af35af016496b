import type { MessageAttributeValue } from '@aws-sdk/client-sns';

/**
 * How long a call to SNS may take, its retries included: what is told of must not wait for whoever
 * is told.
 */
export const PUBLISH_TIMEOUT_MS = 5_000;

/** Message attributes for subscriptions to filter by; those without a value are left out. */
export function textAttributes(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, MessageAttributeValue> {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, { DataType: 'String', StringValue: value }] as const],
  );
  return Object.fromEntries(pairs);
}
