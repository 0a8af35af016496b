import type { LogFields } from '../log';

/** Something counted. */
export interface Measure {
  /** Name of the metric, in Pascal case. */
  readonly name: string;
  /** How many; never negative. */
  readonly count: number;
}

/** What one code of a log line counts: the name of a metric, and the field with the number (or `true`), or one a line. */
type Counted = Readonly<Record<string, { readonly in: string } | 'once'>>;

/**
 * Everything that is measured, by the code of the log line that says it. A line that happens is a
 * metric that counts: there is no second place where either could be forgotten.
 */
const COUNTED: Readonly<Record<string, Counted>> = {
  'webhook-refused': { WebhooksRefused: 'once' },
  'webhook-not-taken': { WebhooksNotTaken: 'once' },
  'webhook-token-replayed': { TokensReplayed: { in: 'count' } },
  'events-recorded': {
    EventsRecorded: { in: 'recorded' },
    EventsForeign: { in: 'foreign' },
    EventsOfUnknownRecipients: { in: 'unknown-recipient' },
  },
  'events-not-recorded': { EventsNotRecorded: { in: 'count' } },
  'event-dead-lettered': { EventsDeadLettered: { in: 'count' } },
  'submission-accepted': { MailgunCalls: 'once', RecipientsAccepted: { in: 'recipients' } },
  'submission-domain-must-wait': { MailgunCalls: 'once', MailgunLimits: 'once' },
  'submission-domain-cannot-send': { MailgunCalls: 'once', MailgunRefusals: 'once' },
  'submission-too-large': { MailgunCalls: 'once', MailgunRefusals: 'once' },
  'submission-address-refused': { MailgunCalls: 'once', MailgunRefusals: 'once' },
  'submission-content-refused': { MailgunCalls: 'once', MailgunRefusals: 'once' },
  'submission-not-sent': { MailgunCalls: 'once', MailgunFaults: 'once' },
  'submission-unknown': { MailgunCalls: 'once', MailgunFaults: 'once', Doubts: 'once' },
  'doubt-left-to-people': { DoubtsLeftToPeople: 'once' },
  'doubt-accepted': { DoubtsSettled: 'once' },
  'doubt-absent': { DoubtsSettled: 'once' },
  'reconciliation-pass': {
    EventsRepaired: { in: 'missing' },
    PassesBehind: { in: 'behind' },
    OutcomesRecovered: { in: 'recovered' },
    RecipientsCompared: { in: 'compared' },
    RecipientsConcluded: { in: 'concluded' },
    RecipientsOutstanding: { in: 'outstanding' },
  },
  'batch-parked': { BatchesParked: 'once' },
  'batch-fault': { BatchFaults: 'once', BatchesFailing: { in: 'late' } },
  'batch-waits': { BatchesFailing: { in: 'failing' } },
  'domain-kept-back': {
    DomainsBlocked: { in: 'blocked' },
    DomainsHeld: { in: 'held' },
    BreakersOpen: { in: 'breakerOpen' },
    DailyBudgetsUsedUp: { in: 'budgetUsedUp' },
  },
  'batch-dead-lettered': { BatchesDeadLettered: 'once' },
  'parked-payload-unreadable': { ParkedPayloadsUnreadable: 'once' },
  'notification-delayed': { NotificationsDelayed: 'once' },
  'notification-lost': { NotificationsLost: 'once' },
  'secret-not-read': { SecretsNotRead: 'once' },
  'control-request-failed': { ControlRequestsFailed: 'once' },
};

const BY_CODE: ReadonlyMap<unknown, Counted> = new Map(Object.entries(COUNTED));

/** Names of the metrics that lines count, those of notifications left out. */
export const METRIC_NAMES: ReadonlySet<string> = new Set(
  Object.values(COUNTED).flatMap((counted) => Object.keys(counted)),
);

/**
 * What a log line measures.
 *
 * A notification counts under the name of its type: `breaker.opened` as `BreakerOpened`.
 *
 * @returns an empty list for most lines. Never throws.
 */
export function measuresOf({ code, ...fields }: LogFields): readonly Measure[] {
  if (code === 'notified') {
    return typeof fields.type === 'string' ? [{ name: metricOfType(fields.type), count: 1 }] : [];
  }
  const measured = BY_CODE.get(code);
  if (measured === undefined) return [];

  return Object.entries(measured).flatMap(([name, counted]) => {
    const said = counted === 'once' ? true : fields[counted.in];
    const count = said === true ? 1 : said;
    return typeof count === 'number' && count > 0 ? [{ name, count }] : [];
  });
}

/** Name of the metric that counts notifications of a type, such as `BreakerOpened` for `breaker.opened`. */
export function metricOfType(type: string): string {
  return type
    .split('.')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}
