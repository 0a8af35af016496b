/** Everything that can happen to one copy of a message after Mailgun took it. */
export type Happening =
  | 'accepted'
  | 'delivered'
  | 'deliveredInTestMode'
  | 'deferred'
  | 'bounced'
  | 'bouncedLate'
  | 'blocked'
  | 'refusedByPolicy'
  | 'refusedByBlockList'
  | 'mailboxFull'
  | 'tooOld'
  | 'suppressedBounce'
  | 'suppressedUnsubscribe'
  | 'suppressedComplaint'
  | 'opened'
  | 'openedByMachine'
  | 'clicked'
  | 'clickedByMachine'
  | 'complained'
  | 'unsubscribed';

/** What a recipient who got a message does with it. */
export type Reaction =
  'opened' | 'openedByMachine' | 'clicked' | 'clickedByMachine' | 'complained' | 'unsubscribed';

/** Names of Mailgun's webhooks. */
export const WEBHOOK_IDS = [
  'accepted',
  'delivered',
  'opened',
  'clicked',
  'unsubscribed',
  'complained',
  'temporary_fail',
  'permanent_fail',
] as const;

export type WebhookId = (typeof WEBHOOK_IDS)[number];

const WEBHOOK_BY_HAPPENING: Readonly<Record<Happening, WebhookId>> = {
  accepted: 'accepted',
  delivered: 'delivered',
  deliveredInTestMode: 'delivered',
  deferred: 'temporary_fail',
  bounced: 'permanent_fail',
  bouncedLate: 'permanent_fail',
  blocked: 'permanent_fail',
  refusedByPolicy: 'permanent_fail',
  refusedByBlockList: 'permanent_fail',
  mailboxFull: 'permanent_fail',
  tooOld: 'permanent_fail',
  suppressedBounce: 'permanent_fail',
  suppressedUnsubscribe: 'permanent_fail',
  suppressedComplaint: 'permanent_fail',
  opened: 'opened',
  openedByMachine: 'opened',
  clicked: 'clicked',
  clickedByMachine: 'clicked',
  complained: 'complained',
  unsubscribed: 'unsubscribed',
};

/** Everything that can happen, each in its fixed place. */
export const HAPPENINGS = Object.keys(WEBHOOK_BY_HAPPENING) as readonly Happening[];

/** The webhook that tells of a happening. */
export function webhookFor(happening: Happening): WebhookId {
  return WEBHOOK_BY_HAPPENING[happening];
}

/** The value of an event's `event` field. */
export function eventName(happening: Happening): string {
  const webhook = webhookFor(happening);
  return webhook === 'temporary_fail' || webhook === 'permanent_fail' ? 'failed' : webhook;
}

/** The value of an event's `severity` field; only failures have one. */
export function severityOf(happening: Happening): 'temporary' | 'permanent' | undefined {
  const webhook = webhookFor(happening);
  if (webhook === 'temporary_fail') return 'temporary';
  return webhook === 'permanent_fail' ? 'permanent' : undefined;
}
