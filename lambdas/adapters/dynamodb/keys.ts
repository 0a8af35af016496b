import { createHash } from 'node:crypto';
import type { BatchKey, CampaignKey, SubmissionKey } from '../../core/campaign/keys';
import type { TallyKind } from '../../core/tally/tally';

/** Primary key of an item. Every table has the string keys `pk` and `sk`. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Partitions a campaign's tallies are spread over: one key takes 1,000 writes a second. */
export const TALLY_SHARDS = 16;

// Ids hold letters, digits, `-` and `_` only, so `#` and `/` always separate.
const campaignOf = ({ accountId, campaignId }: CampaignKey): string => `${accountId}#${campaignId}`;

/** Table `batches`: partition of a campaign's roots and submissions. */
export const campaignPartition = campaignOf;

/** Table `batches`: the root of a batch. */
export const batchKey = (batch: BatchKey): ItemKey => ({
  pk: campaignOf(batch),
  sk: batch.batchId,
});

/** Table `batches`: a submission. Sorts right behind its root. */
export const submissionKey = (batch: BatchKey, path: string): ItemKey => ({
  pk: campaignOf(batch),
  sk: `${batch.batchId}#${path}`,
});

/** Table `batches`: the recipients' digests of a batch. */
export const recipientsKey = (batch: BatchKey): ItemKey => ({
  pk: `recipients#${campaignOf(batch)}`,
  sk: batch.batchId,
});

/** Table `batches`: the submission behind a message id. */
export const messageKey = (messageId: string): ItemKey => ({
  pk: `message#${messageId}`,
  sk: 'submission',
});

/** Table `tallies`: partition of one of a campaign's shards, `0` to `TALLY_SHARDS - 1`. */
export const tallyPartition = (campaign: CampaignKey, shard: number): string =>
  `${campaignOf(campaign)}#${String(shard).padStart(2, '0')}`;

/** Table `tallies`: one tally of a batch. */
export const tallyKey = (batch: BatchKey, kind: TallyKind): ItemKey => ({
  pk: tallyPartition(batch, shardOf(batch.batchId)),
  sk: `${batch.batchId}#${kind}`,
});

/** Table `events`: one event of a batch, by its webhook call's replay token. */
export const eventKey = (batch: BatchKey, token: string): ItemKey => ({
  pk: `${campaignOf(batch)}#${batch.batchId}`,
  sk: token,
});

/** Table `events`: one event of mail that is not ours. */
export const foreignEventKey = (domain: string, token: string): ItemKey => ({
  pk: `domain#${domain}`,
  sk: token,
});

/** Table `suppressions`: one recipient of a domain. */
export const suppressionKey = (domain: string, recipient: Uint8Array): ItemKey => ({
  pk: domain,
  sk: Buffer.from(recipient).toString('hex'),
});

/** Table `suppressions`: partition of what a domain's allowlist holds. No domain has a `#`. */
export const allowlistPartition = (domain: string): string => `allowlist#${domain}`;

/** Table `suppressions`: one address or mail domain on a domain's allowlist. */
export const allowlistKey = (domain: string, digest: Uint8Array): ItemKey => ({
  pk: allowlistPartition(domain),
  sk: Buffer.from(digest).toString('hex'),
});

/** Table `controls`: partition of the removals of a recipient's suppressions. */
export const removalPartition = (domain: string, recipient: Uint8Array): string =>
  `suppression#${domain}#${Buffer.from(recipient).toString('hex')}`;

/** Table `controls`: what the sort key of every filed removal begins with. */
export const REMOVAL_PREFIX = 'removal#';

/** Table `controls`: a removal, filed before the next one replaced it. Sorts by time. */
export const removalKey = (
  { domain, recipient }: { readonly domain: string; readonly recipient: Uint8Array },
  { atMs, token }: { readonly atMs: number; readonly token: string },
): ItemKey => ({
  pk: removalPartition(domain, recipient),
  sk: `${REMOVAL_PREFIX}${String(atMs).padStart(15, '0')}#${token}`,
});

/** Table `controls`: what concerns a campaign. */
export const campaignControlKey = (campaign: CampaignKey, concern: string): ItemKey => ({
  pk: `campaign#${campaignOf(campaign)}`,
  sk: concern,
});

/** Table `controls`: what concerns an account. */
export const accountControlKey = (accountId: string, concern: string): ItemKey => ({
  pk: `account#${accountId}`,
  sk: concern,
});

/** Table `controls`: what concerns a domain. */
export const domainControlKey = (domain: string, concern: string): ItemKey => ({
  pk: `domain#${domain}`,
  sk: concern,
});

/** Table `controls`: what the sort key of every reconcile checkpoint begins with. */
export const CHECKPOINT_PREFIX = 'reconcile#';

/** Table `controls`: how far a submission is reconciled. */
export const checkpointKey = ({ batchId, path, ...campaign }: SubmissionKey): ItemKey =>
  campaignControlKey(campaign, `${CHECKPOINT_PREFIX}${batchId}#${path}`);

/** Table `controls`: what the sort key of every leftover webhook begins with. */
export const LEFTOVER_PREFIX = 'leftover#';

/** Table `controls`: a URL of ours that Mailgun may still post a domain's events to. */
export const webhookLeftoverKey = (domain: string, urlDigest: string): ItemKey => ({
  pk: 'webhooks',
  sk: `${LEFTOVER_PREFIX}${domain}#${urlDigest}`,
});

/** Table `controls`: partition of the campaigns that are watched. */
export const WATCH_PARTITION = 'guard';

/** Table `controls`: one watched campaign. */
export const watchKey = (campaign: CampaignKey): ItemKey => ({
  pk: WATCH_PARTITION,
  sk: `watch#${campaignOf(campaign)}`,
});

/** Table `controls`: what the sort key of everything in {@link WATCH_PARTITION} begins with. */
export const WATCH_PREFIX = 'watch#';

/** Table `controls`: what a campaign contributes to its account's rates. */
export const accountCountsKey = ({ accountId, campaignId }: CampaignKey): ItemKey =>
  accountControlKey(accountId, `${COUNTS_PREFIX}${campaignId}`);

/** Table `controls`: what the sort key of such counts begins with. */
export const COUNTS_PREFIX = 'guardCounts#';

/** Table `controls`: one automatic pause of a campaign. Sorts by time. */
export const accountPauseKey = ({ accountId, campaignId }: CampaignKey, atMs: number): ItemKey =>
  accountControlKey(accountId, `${PAUSE_PREFIX}${String(atMs).padStart(15, '0')}#${campaignId}`);

/** Table `controls`: what the sort key of such a pause begins with. */
export const PAUSE_PREFIX = 'guardPause#';

/** Table `controls`: what concerns a queue, by the name people know it by. */
export const queueControlKey = (queue: string, concern: string): ItemKey => ({
  pk: `queue#${queue}`,
  sk: concern,
});

/** Table `controls`: what the sort key of every filed change begins with. */
export const AUDIT_PREFIX = 'audit#';

/**
 * Table `controls`: a change of an item, filed before the next one replaced it. Sorts by concern,
 * then in the order of the changes.
 *
 * @param change which change of the item, from 1, and its token.
 */
export const auditKey = (
  { pk, sk }: ItemKey,
  { sequence, token }: { readonly sequence: number; readonly token: string },
): ItemKey => ({
  pk,
  sk: `${AUDIT_PREFIX}${sk}#${String(sequence).padStart(10, '0')}#${token}`,
});

/** Which shard holds a batch's tallies. */
export function shardOf(batchId: string): number {
  return (createHash('sha256').update(batchId).digest()[0] ?? 0) % TALLY_SHARDS;
}
