/** A message for the campaign queue. */
export interface CampaignMessage {
  /** A send request as it came, unchanged. */
  readonly body: string;
  /** The message group it came with, so that one tenant can't starve another. */
  readonly groupId?: string;
}

/** Puts batches on the campaign queue. Implemented in `adapters/sqs`. */
export interface CampaignMessages {
  /** @throws {TransientError} when the queue may not have it; it may have it all the same. */
  put(message: CampaignMessage): Promise<void>;
}
