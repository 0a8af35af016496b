import type { CampaignReport } from '../../../lambdas/core/report/campaign-report';
import type { SampleBooks } from '../../../local/start/verdict';

/** A report of 1,000 people that adds up, and agrees with {@link someBooks}. */
export const aReport = (): CampaignReport => ({
  accountId: 'acme',
  campaignId: 'spring-sale',
  status: 'active',
  reason: null,
  since: null,
  asOf: '2026-05-01T09:00:00.000Z',
  recipients: {
    audience: 1000,
    accepted: 990,
    suppressed: 6,
    invalid: 2,
    duplicate: 2,
    refused: 0,
    parked: 0,
    pending: 0,
    inDoubt: 0,
  },
  outcomes: {
    delivered: 975,
    bounced: 10,
    failed: 5,
    deferred: 0,
    outstanding: 0,
    complained: 1,
    unsubscribed: 2,
    opened: 300,
    machineOpened: 140,
    clicked: 30,
    machineClicked: 4,
  },
  rates: { open: 0.3077, click: 0.0308, bounce: 0.0101, complaint: 0.001, machineOpen: 0.1436 },
});

/** What really happened to these people. */
export const someBooks = (): SampleBooks => ({
  messages: 1,
  batches: 1,
  accepted: 990,
  suppressed: 2,
  testMode: 0,
  emails: { total: 988, recipients: 988, mostToOne: 1, repeated: 0, distribution: { '1': 988 } },
  repeatedInBatch: 0,
  outcomes: { ...aReport().outcomes },
  mistakes: { disclosed: 0, unfilled: 0 },
  webhooks: {
    ...{ posted: 2600, acknowledged: 2600, rejected: 0, retried: 0, dropped: 0, lost: 0 },
    ...{ duplicated: 0, reordered: 0, delayed: 0, corrupted: 0, outstanding: 0 },
  },
  calls: { messages: { '200': 1 } },
  mailedAgainstWish: 0,
});
