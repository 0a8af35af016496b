/** Names a campaign: an account's own id for it is unique within the account only. */
export interface CampaignKey {
  /** `[A-Za-z0-9_-]{1,64}` */
  readonly accountId: string;
  /** `[A-Za-z0-9_-]{1,64}` */
  readonly campaignId: string;
}

/** Names a batch: one message on the campaign queue. */
export interface BatchKey extends CampaignKey {
  /** `[A-Za-z0-9_-]{1,64}`; the producer's idempotency key. */
  readonly batchId: string;
}

/** Names a submission: one call to Mailgun for a range of a batch's positions. */
export interface SubmissionKey extends BatchKey {
  /** `/` for the whole batch; its halves are `/0` and `/1`, theirs `/00`, `/01` and so on. */
  readonly path: string;
}

/** Whether two keys name the same submission. */
export function isSameSubmission(one: SubmissionKey, other: SubmissionKey): boolean {
  return (
    one.accountId === other.accountId &&
    one.campaignId === other.campaignId &&
    one.batchId === other.batchId &&
    one.path === other.path
  );
}
