/** How a function's invocation with a batch of messages ended. */
export type BatchOutcome = { readonly result: unknown } | { readonly error: unknown };

/**
 * Decides which messages of a batch are done and leave the queue. The others reappear when their
 * visibility timeout is over.
 *
 * Without `ReportBatchItemFailures` a batch succeeds or fails as a whole. With it, `null`, `{}`,
 * and a `batchItemFailures` that is `null` or empty mean success; an identifier that is missing,
 * empty, not a text, or of no message in the batch means that everything failed, and so does any
 * other shape.
 *
 * @param messageIds of the whole batch.
 * @returns those to delete. Never throws.
 * @see AWS Lambda Developer Guide, "Handling errors for an SQS event source in Lambda",
 *   "Success and failure conditions".
 */
export function messagesDone(
  messageIds: readonly string[],
  outcome: BatchOutcome,
  reportsItemFailures: boolean,
): readonly string[] {
  if ('error' in outcome) return [];
  if (!reportsItemFailures) return messageIds;

  const failed = failedItems(outcome.result);
  if (failed === undefined || !failed.every((id) => messageIds.includes(id))) return [];
  const left = new Set(failed);
  return messageIds.filter((id) => !left.has(id));
}

/** Identifiers a response names as failed; `undefined` for a response that makes no sense. */
function failedItems(result: unknown): string[] | undefined {
  if (result === null || result === undefined) return [];
  if (typeof result !== 'object' || Array.isArray(result)) return undefined;

  const failures = (result as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return [];
  if (!Array.isArray(failures)) return undefined;

  const ids = failures.map((failure: unknown) =>
    typeof failure === 'object' && failure !== null
      ? (failure as { itemIdentifier?: unknown }).itemIdentifier
      : undefined,
  );
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : undefined;
}
