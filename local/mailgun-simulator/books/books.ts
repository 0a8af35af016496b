import type { Mailgun } from '../mailgun';
import type { Message } from '../messages/message';
import type { WebhookCounts } from '../webhooks/webhook-sender';
import type { CallCountsByEndpoint } from './call-counts';
import { totalOf, type CampaignBooks } from './ledger';

/** One call that Mailgun took. */
export interface MessageBooks {
  readonly domain: string;
  /** Value of `v:batch`, or what stands for it. */
  readonly batch: string;
  readonly recipients: number;
  readonly emailed: number;
  readonly suppressed: number;
  readonly testMode: boolean;
}

/**
 * What really happened: the truth that a report can be checked against. It does not depend on
 * whether anyone was told.
 */
export interface Books {
  readonly seed: number;
  /** Whether nothing more will happen by itself. */
  readonly idle: boolean;
  /** Events and webhooks that are still to come. */
  readonly outstanding: number;
  /** Calls by endpoint and by status, or `reset`, `hang`, `gone`. */
  readonly calls: CallCountsByEndpoint;
  /** Everything together. */
  readonly total: CampaignBooks;
  /** By `account/campaign` of `v:batch`. */
  readonly campaigns: Readonly<Record<string, CampaignBooks>>;
  /** By message id, without angle brackets. The same id taken again has `#2` behind it. */
  readonly messages: Readonly<Record<string, MessageBooks>>;
  /** Recipients whose addresses others could read, and who read a placeholder without a value. */
  readonly mistakes: { readonly disclosed: number; readonly unfilled: number };
  readonly webhooks: WebhookCounts & { readonly outstanding: number };
  readonly faults: readonly object[];
}

/** Writes the books as they stand. */
export function booksOf(mailgun: Mailgun): Books {
  const campaigns = mailgun.ledger.campaigns();
  return {
    seed: mailgun.settings.seed,
    idle: mailgun.idle(),
    outstanding: mailgun.outstanding(),
    calls: mailgun.calls.read(),
    total: totalOf(campaigns.values()),
    campaigns: Object.fromEntries(campaigns),
    messages: messageBooks(mailgun.flow.messages),
    mistakes: { ...mailgun.mistakes },
    webhooks: {
      ...mailgun.sender.counts,
      outstanding: mailgun.sender.outstanding + mailgun.mailRoom.outstanding,
    },
    faults: mailgun.faults.list(),
  };
}

function messageBooks(messages: readonly Message[]): Record<string, MessageBooks> {
  const books: Record<string, MessageBooks> = {};
  const seen = new Map<string, number>();
  for (const message of messages) {
    const times = (seen.get(message.id) ?? 0) + 1;
    seen.set(message.id, times);
    books[times === 1 ? message.id : `${message.id}#${String(times)}`] = {
      domain: message.domain.name,
      batch: message.ledger.batch,
      recipients: message.recipients.length,
      emailed: message.emailed,
      suppressed: message.suppressed,
      testMode: message.testMode,
    };
  }
  return books;
}
