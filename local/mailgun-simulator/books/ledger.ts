import type { Happening } from '../model/happenings';
import {
  addFate,
  emailsOf,
  NO_FATE,
  noOutcomes,
  wasSuppressed,
  wasTestMode,
  withEmails,
  withHappening,
  type Fate,
  type OutcomeCounts,
} from './outcomes';

/** How many e-mails really went out, and to how many people. */
export interface EmailCounts {
  total: number;
  /** Distinct addresses that got at least one. */
  recipients: number;
  /** Most e-mails that one address got. */
  mostToOne: number;
  /** Addresses that got more than one. */
  repeated: number;
  /** Addresses by the number of e-mails they got: `{"1": 9950}`. */
  distribution: Record<string, number>;
}

/** What really happened to one campaign, or to all of them. */
export interface CampaignBooks {
  /** Calls that Mailgun took. */
  messages: number;
  batches: number;
  /** Recipients Mailgun took, each counted once a batch. */
  accepted: number;
  /** Of them: on a suppression list, and so never tried. */
  suppressed: number;
  /** Of them: in test mode, and so never e-mailed. */
  testMode: number;
  emails: EmailCounts;
  /** Recipients of one batch that were e-mailed more than once for it. */
  repeatedInBatch: number;
  outcomes: OutcomeCounts;
}

/** Everything that happened to the recipients of one batch. */
export class BatchLedger {
  /** By lower-cased address. */
  readonly fates = new Map<string, Fate>();
  messages = 0;

  constructor(
    readonly campaign: string,
    readonly batch: string,
  ) {}

  note(address: string, happening: Happening): void {
    this.fates.set(address, withHappening(this.fates.get(address) ?? NO_FATE, happening));
  }

  noteEmails(address: string, emails: number): void {
    this.fates.set(address, withEmails(this.fates.get(address) ?? NO_FATE, emails));
  }
}

/** Who was really e-mailed, how often, and what really happened, by campaign and batch. */
export class Ledger {
  private readonly batchesByKey = new Map<string, BatchLedger>();

  /**
   * The ledger of a batch.
   *
   * @param batch value of the `v:batch` variable, `account/campaign/batch`; any other text is a
   *   batch and a campaign of its own.
   */
  batch(batch: string): BatchLedger {
    const known = this.batchesByKey.get(batch);
    if (known) return known;

    const campaign = /^([^/]+\/[^/]+)\/[^/]+$/.exec(batch)?.[1] ?? batch;
    const created = new BatchLedger(campaign, batch);
    this.batchesByKey.set(batch, created);
    return created;
  }

  batches(): Iterable<BatchLedger> {
    return this.batchesByKey.values();
  }

  clear(): void {
    this.batchesByKey.clear();
  }

  /** The books of every campaign, by `account/campaign`. */
  campaigns(): ReadonlyMap<string, CampaignBooks> {
    const byCampaign = new Map<string, BatchLedger[]>();
    for (const batch of this.batchesByKey.values()) {
      const batches = byCampaign.get(batch.campaign);
      if (batches) batches.push(batch);
      else byCampaign.set(batch.campaign, [batch]);
    }
    return new Map([...byCampaign].map(([campaign, batches]) => [campaign, booksOf(batches)]));
  }
}

/** Adds the books of campaigns up. An address mailed by two campaigns is not a repetition. */
export function totalOf(campaigns: Iterable<CampaignBooks>): CampaignBooks {
  const total = emptyBooks();
  for (const books of campaigns) {
    for (const key of [
      'messages',
      'batches',
      'accepted',
      'suppressed',
      'testMode',
      'repeatedInBatch',
    ] as const) {
      total[key] += books[key];
    }
    for (const [outcome, count] of Object.entries(books.outcomes)) {
      total.outcomes[outcome as keyof OutcomeCounts] += count as number;
    }
    total.emails.total += books.emails.total;
    total.emails.recipients += books.emails.recipients;
    total.emails.repeated += books.emails.repeated;
    total.emails.mostToOne = Math.max(total.emails.mostToOne, books.emails.mostToOne);
    for (const [emails, addresses] of Object.entries(books.emails.distribution)) {
      total.emails.distribution[emails] = (total.emails.distribution[emails] ?? 0) + addresses;
    }
  }
  return total;
}

function booksOf(batches: readonly BatchLedger[]): CampaignBooks {
  const books = emptyBooks();
  const emailsByAddress = new Map<string, number>();
  books.batches = batches.length;
  for (const { fates, messages } of batches) {
    books.messages += messages;
    books.accepted += fates.size;
    for (const [address, fate] of fates) {
      const emails = emailsOf(fate);
      addFate(books.outcomes, fate);
      if (wasSuppressed(fate)) books.suppressed += 1;
      if (wasTestMode(fate)) books.testMode += 1;
      if (emails > 1) books.repeatedInBatch += 1;
      if (emails > 0) emailsByAddress.set(address, (emailsByAddress.get(address) ?? 0) + emails);
    }
  }
  for (const emails of emailsByAddress.values()) {
    books.emails.total += emails;
    books.emails.mostToOne = Math.max(books.emails.mostToOne, emails);
    if (emails > 1) books.emails.repeated += 1;
    const key = String(emails);
    books.emails.distribution[key] = (books.emails.distribution[key] ?? 0) + 1;
  }
  books.emails.recipients = emailsByAddress.size;
  return books;
}

function emptyBooks(): CampaignBooks {
  return {
    messages: 0,
    batches: 0,
    accepted: 0,
    suppressed: 0,
    testMode: 0,
    emails: { total: 0, recipients: 0, mostToOne: 0, repeated: 0, distribution: {} },
    repeatedInBatch: 0,
    outcomes: noOutcomes(),
  };
}
