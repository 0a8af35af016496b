import type { BatchBooks } from '../batch/batch-books';
import type { CampaignKey } from '../campaign/keys';
import type { CampaignRecord, Controls } from '../standing/standing';
import type { Tallies, Tally } from '../tally/tally';
import { campaignReport, type CampaignReport } from './campaign-report';
import { addOutcomes, NO_OUTCOMES, outcomesOf, type OutcomeSums } from './outcomes';
import { noRecipients, partsOf, RECIPIENT_PARTS, type RecipientCounts } from './recipient-parts';

/** Where a report is read from. */
export interface ReportPorts {
  readonly books: Pick<BatchBooks, 'read'>;
  readonly tallies: Pick<Tallies, 'read'>;
  readonly controls: Pick<Controls, 'campaign' | 'account'>;
}

/**
 * Reads everything known of a campaign and reports it. Holds one batch at a time, so memory does
 * not grow with the campaign.
 *
 * @param atMs now; milliseconds since the Unix epoch, UTC.
 * @returns `undefined` for a campaign that has no batch and that nobody described or acted on.
 */
export async function readReport(
  { books, tallies, controls }: ReportPorts,
  key: CampaignKey,
  atMs: number,
): Promise<CampaignReport | undefined> {
  const [campaign, account, { batches, recipients }, sums] = await Promise.all([
    controls.campaign(key),
    controls.account(key.accountId),
    sumRecipients(books, key),
    sumOutcomes(tallies, key),
  ]);
  if (batches === 0 && !isKnown(campaign)) return undefined;

  return campaignReport(key, { campaign, account, recipients, sums, asOfMs: atMs });
}

function isKnown({ name, expectedRecipients, sinceMs, standing }: CampaignRecord): boolean {
  return (
    standing !== 'active' ||
    name !== undefined ||
    expectedRecipients !== undefined ||
    sinceMs !== undefined
  );
}

async function sumRecipients(
  books: ReportPorts['books'],
  key: CampaignKey,
): Promise<{ readonly batches: number; readonly recipients: RecipientCounts }> {
  const recipients = noRecipients();
  let batches = 0;
  for await (const batch of books.read(key)) {
    const counts = partsOf(batch);
    for (const part of RECIPIENT_PARTS) recipients[part] += counts[part];
    batches += 1;
  }
  return { batches, recipients };
}

async function sumOutcomes(
  tallies: ReportPorts['tallies'],
  key: CampaignKey,
): Promise<OutcomeSums> {
  let sums = NO_OUTCOMES;
  let ofOneBatch: Tally[] = [];
  for await (const tally of tallies.read(key)) {
    // The tallies of one batch follow one another, so another batch means the last one is complete.
    if (ofOneBatch[0] !== undefined && ofOneBatch[0].batch.batchId !== tally.batch.batchId) {
      sums = addOutcomes(sums, outcomesOf(ofOneBatch));
      ofOneBatch = [];
    }
    ofOneBatch.push(tally);
  }
  return addOutcomes(sums, outcomesOf(ofOneBatch));
}
