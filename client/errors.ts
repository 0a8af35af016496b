/** A campaign can't be enqueued as it is described: nothing was sent. */
export class InvalidCampaignError extends Error {
  /** @param problems one sentence each, without addresses or content. */
  constructor(readonly problems: readonly string[]) {
    super(`campaign can't be enqueued: ${problems.join('; ')}`);
    this.name = 'InvalidCampaignError';
  }
}

/** A recipient can't be part of a send request. Nothing of its batch was sent. */
export class InvalidRecipientError extends Error {
  /**
   * @param index 0-based place in the iteration, skipped recipients included.
   * @param problems one sentence each, without addresses or content.
   */
  constructor(
    readonly index: number,
    readonly problems: readonly string[],
  ) {
    super(`recipient at index ${index} is invalid: ${problems.join('; ')}`);
    this.name = 'InvalidRecipientError';
  }
}

/** A batch that SQS did not take, and why. */
export interface RefusedBatch {
  readonly batchId: string;
  /** The code and message of SQS, or the name of the error. */
  readonly reason: string;
}

/**
 * Some batches could not be put on the queue. No later batch was begun. Running again from the
 * beginning is safe: what is on the queue already has no effect twice.
 */
export class EnqueueError extends Error {
  constructor(
    readonly refused: readonly RefusedBatch[],
    options?: ErrorOptions,
  ) {
    const named = refused.slice(0, 10).map(({ batchId, reason }) => `${batchId} (${reason})`);
    const more = refused.length > 10 ? ` and ${refused.length - 10} more` : '';
    super(`batches not enqueued: ${named.join(', ')}${more}`, options);
    this.name = 'EnqueueError';
  }
}
