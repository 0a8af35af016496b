import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import { RECIPIENT_PARTS } from '../../lambdas/core/report/recipient-parts';
import type { Books } from '../mailgun-simulator/books/books';
import type { CampaignBooks } from '../mailgun-simulator/books/ledger';
import type { SampleCounts } from './sample-campaign';

/** What the simulator knows of the sample campaign, and of its own dealings. */
export type SampleBooks = CampaignBooks &
  Pick<Books, 'mistakes' | 'webhooks' | 'calls'> & {
    /** People the campaign left out, and who got an e-mail all the same. */
    readonly mailedAgainstWish: number;
  };

/** One thing the report says, beside what it ought to say. */
export interface Check {
  readonly what: string;
  readonly reported: number;
  readonly expected: number;
}

const OUTCOMES = [
  ...(['delivered', 'bounced', 'failed', 'deferred', 'outstanding', 'complained'] as const),
  ...(['unsubscribed', 'opened', 'machineOpened', 'clicked', 'machineClicked'] as const),
];

/** Holds the report against itself: its parts against their sum. */
export function checkSums({ recipients, outcomes }: CampaignReport): readonly Check[] {
  const { delivered, bounced, failed, deferred, outstanding } = outcomes;
  return [
    {
      what: 'sum of the recipient parts',
      reported: RECIPIENT_PARTS.reduce((sum, part) => sum + recipients[part], 0),
      expected: recipients.audience,
    },
    {
      what: 'sum of the final and open outcomes',
      reported: delivered + bounced + failed + deferred + outstanding,
      expected: recipients.accepted,
    },
  ];
}

/**
 * Holds the report against the sample that was enqueued. Who is on Mailgun's lists alone is dropped by
 * Mailgun, or, in a batch that is sent after a sync of the lists, left out here already.
 *
 * @param books tell how many Mailgun dropped; without them all are taken for dropped there.
 */
export function checkSample(
  { recipients }: CampaignReport,
  sample: SampleCounts,
  books?: Pick<SampleBooks, 'suppressed'>,
): readonly Check[] {
  const audience = Object.values(sample).reduce((sum, count) => sum + count, 0);
  const learnt = sample.suppressedAtMailgun - (books?.suppressed ?? sample.suppressedAtMailgun);
  return [
    { what: 'audience', reported: recipients.audience, expected: audience },
    { what: 'invalid', reported: recipients.invalid, expected: sample.invalid },
    { what: 'duplicate', reported: recipients.duplicate, expected: sample.duplicate },
    { what: 'suppressed', reported: recipients.suppressed, expected: sample.suppressed + learnt },
  ];
}

/** Holds the report against what the simulator knows to have happened. */
export function checkBooks(
  { recipients, outcomes }: CampaignReport,
  books: SampleBooks,
): readonly Check[] {
  const mailed = recipients.accepted - books.suppressed - books.testMode;
  return [
    { what: 'accepted', reported: recipients.accepted, expected: books.accepted },
    ...OUTCOMES.map((outcome) => ({
      what: outcome,
      reported: outcomes[outcome],
      expected: books.outcomes[outcome],
    })),
    { what: 'people e-mailed', reported: mailed, expected: books.emails.recipients },
    { what: 'e-mails', reported: mailed, expected: books.emails.total },
    { what: 'people e-mailed twice', reported: 0, expected: books.emails.repeated },
    { what: 'left out, but e-mailed', reported: 0, expected: books.mailedAgainstWish },
    { what: 'addresses shown to others', reported: 0, expected: books.mistakes.disclosed },
    { what: 'placeholders left unfilled', reported: 0, expected: books.mistakes.unfilled },
  ];
}

/** Those that don't agree. */
export const disagreements = (checks: readonly Check[]): readonly Check[] =>
  checks.filter(({ reported, expected }) => reported !== expected);
