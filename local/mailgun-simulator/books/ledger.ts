import type { Happening } from '../model/happenings';
import { AddressTable } from './address-table';
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

/**
 * The books of one campaign, kept up to date with everything that is noted: reading them costs the
 * same however many recipients they are about.
 */
class CampaignLedger {
  private readonly books = emptyBooks();
  private readonly emailsByAddress = new AddressTable();
  /** Addresses by the number of e-mails they got. */
  private readonly distribution = new Map<number, number>();

  noteBatch(): void {
    this.books.batches += 1;
  }

  noteMessage(): void {
    this.books.messages += 1;
  }

  /** Notes what became of a recipient of a batch. */
  noteFate(before: Fate, after: Fate): void {
    if (before === NO_FATE) this.books.accepted += 1;
    else this.count(before, -1);
    this.count(after, 1);
  }

  noteEmails(address: string, count: number): void {
    const before = this.emailsByAddress.get(address);
    const after = before + count;
    this.emailsByAddress.set(address, after);

    const { emails } = this.books;
    emails.total += count;
    emails.mostToOne = Math.max(emails.mostToOne, after);
    emails.recipients = this.emailsByAddress.size;
    if (before <= 1 && after > 1) emails.repeated += 1;
    this.move(before, -1);
    this.move(after, 1);
  }

  read(): CampaignBooks {
    const books = structuredClone(this.books);
    books.emails.distribution = Object.fromEntries(this.distribution);
    return books;
  }

  private move(emails: number, by: 1 | -1): void {
    if (emails === 0) return;
    const addresses = (this.distribution.get(emails) ?? 0) + by;
    if (addresses === 0) this.distribution.delete(emails);
    else this.distribution.set(emails, addresses);
  }

  private count(fate: Fate, by: 1 | -1): void {
    const { books } = this;
    addFate(books.outcomes, fate, by);
    if (wasSuppressed(fate)) books.suppressed += by;
    if (wasTestMode(fate)) books.testMode += by;
    if (emailsOf(fate) > 1) books.repeatedInBatch += by;
  }
}

/** Everything that happened to the recipients of one batch. */
export class BatchLedger {
  private readonly fates = new AddressTable();

  constructor(
    private readonly campaign: CampaignLedger,
    readonly batch: string,
  ) {
    campaign.noteBatch();
  }

  /** @param address lower-cased, as all addresses here. */
  fateOf(address: string): Fate {
    return this.fates.get(address);
  }

  /** Notes a call that Mailgun took. */
  noteMessage(): void {
    this.campaign.noteMessage();
  }

  note(address: string, happening: Happening): void {
    this.change(address, (fate) => withHappening(fate, happening));
  }

  noteEmails(address: string, emails: number): void {
    this.change(address, (fate) => withEmails(fate, emails));
    this.campaign.noteEmails(address, emails);
  }

  private change(address: string, change: (fate: Fate) => Fate): void {
    const before = this.fates.get(address);
    const after = change(before);
    if (after === before) return;
    this.fates.set(address, after);
    this.campaign.noteFate(before, after);
  }
}

/** Who was really e-mailed, how often, and what really happened, by campaign and batch. */
export class Ledger {
  private readonly batchesByKey = new Map<string, BatchLedger>();
  private readonly campaignsByKey = new Map<string, CampaignLedger>();

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
    const created = new BatchLedger(this.campaign(campaign), batch);
    this.batchesByKey.set(batch, created);
    return created;
  }

  batches(): Iterable<BatchLedger> {
    return this.batchesByKey.values();
  }

  clear(): void {
    this.batchesByKey.clear();
    this.campaignsByKey.clear();
  }

  /** The books of every campaign as they stand, by `account/campaign`. */
  campaigns(): ReadonlyMap<string, CampaignBooks> {
    return new Map([...this.campaignsByKey].map(([key, campaign]) => [key, campaign.read()]));
  }

  private campaign(key: string): CampaignLedger {
    const known = this.campaignsByKey.get(key);
    if (known) return known;
    const created = new CampaignLedger();
    this.campaignsByKey.set(key, created);
    return created;
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
