/** Numbers, times (ISO 8601, UTC) and words that explain a notification. */
export type NotificationDetails = Readonly<Record<string, string | number | boolean>>;

/** A campaign that a notification is about. */
interface AboutCampaign {
  readonly accountId: string;
  readonly campaignId: string;
}

/** The batch a worker had in hand when it noticed. */
interface NoticedWithBatch extends AboutCampaign {
  readonly batchId: string;
  readonly domain: string;
}

interface Reasoned {
  readonly reason: string;
}

/** What a change was made by. */
interface ByActor extends Reasoned {
  readonly details: { readonly actor: string };
}

/** How many there were, of what an invocation told of once. */
interface Counted extends Reasoned {
  readonly details: { readonly count: number };
}

/**
 * What each type of notification carries besides version, type and time. `client/notifications.ts`
 * publishes the same for subscribers.
 */
export interface NotificationMembers {
  /** By a person (`details.actor`), or by the service for a reason it found (`details`: numbers). */
  'campaign.paused': AboutCampaign & Partial<NoticedWithBatch> & Reasoned & Explained;
  'campaign.resumed': AboutCampaign & ByActor;
  'campaign.cancelled': AboutCampaign & ByActor;
  /** A rate is over its warning limit. */
  'campaign.warned': AboutCampaign & Reasoned & Explained;
  /** Nothing of it is pending any more. */
  'campaign.completed': AboutCampaign & Explained & Partial<Reasoned>;
  'account.warned': { readonly accountId: string } & Reasoned & Explained;
  /** By a person (`details.actor`), or by the service for a reason it found (`details`: numbers). */
  'account.suspended': { readonly accountId: string } & Reasoned & Explained;
  'account.reinstated': { readonly accountId: string } & ByActor;
  /** Calls to Mailgun fail; with the batch that met it. */
  'breaker.opened': NoticedWithBatch &
    Reasoned & {
      readonly details: {
        readonly calls: number;
        readonly faults: number;
        /** ISO 8601, UTC: when one call is tried. */
        readonly until: string;
      };
    };
  'breaker.closed': NoticedWithBatch & {
    /** ISO 8601, UTC. */
    readonly details: { readonly openSince: string };
  };
  /** Mailgun's limits were met, for longer than an hour. */
  'domain.held': NoticedWithBatch &
    Reasoned & {
      /** ISO 8601, UTC. */
      readonly details: { readonly until: string };
    };
  /** A hold of which was told is over (`details.until`), or a person unblocked the domain (`details.actor`). */
  'domain.released': { readonly domain: string } & Partial<AboutCampaign> & {
      readonly batchId?: string;
    } & Partial<Reasoned> & {
      readonly details: { readonly until: string } | { readonly actor: string };
    };
  /** By Mailgun's refusal (`details.queue`: what it says of the domain's sending queue), or by a person (`details.actor`). */
  'domain.blocked': { readonly domain: string } & Partial<AboutCampaign> & {
      readonly batchId?: string;
    } & Reasoned & {
      readonly details?: { readonly queue: string } | { readonly actor: string };
    };
  /** The set-up of a domain at Mailgun or in the DNS has errors that were not told yet. */
  'domain.unhealthy': DomainHealthTold;
  'domain.healthy': DomainHealthTold;
  /** Payloads will soon be dropped by the bucket that holds them. */
  'batch.parkedTooLong': Reasoned & {
    readonly details: { readonly batches: number; readonly parkedDays: number };
  };
  'batch.deadLettered': Reasoned;
  'event.deadLettered': Counted;
  /** A person had dead letters put back. */
  'queue.redriven': Reasoned & {
    readonly details: { readonly queue: string; readonly actor: string; readonly moved: number };
  };
  /** Nobody but a person can tell whether a submission was taken. */
  'batch.inDoubt': NoticedWithBatch &
    Reasoned & { readonly details: { readonly path: string; readonly recipients: number } };
  /** Events that never came by webhook were found at Mailgun. */
  'reconciliation.repaired': Partial<NoticedWithBatch> & Partial<Reasoned> & Explained;
  /** Mailgun's events can't be read. */
  'reconciliation.unreadable': Partial<NoticedWithBatch> & Reasoned & Explained;
  /** A person made an address mailable again. */
  'suppression.removed': { readonly domain: string } & Reasoned & Explained;
  /** Mailgun's suppression lists can't be read. */
  'suppressions.syncFailed': { readonly domain: string } & Reasoned & Explained;
  /** Signed calls that were not believed. */
  'webhook.refused': Reasoned & Explained;
}

interface DomainHealthTold extends Reasoned {
  readonly domain: string;
  /** How many errors, and their codes with commas between. */
  readonly details: { readonly errors: number; readonly codes: string };
}

interface Explained {
  readonly details?: NotificationDetails;
}

/** What a notification is about, such as `campaign.paused`. */
export type NotificationType = keyof NotificationMembers;

/** One type of notification. */
export type NotificationOf<Type extends NotificationType> = {
  readonly version: 1;
  readonly type: Type;
  /** ISO 8601, UTC. */
  readonly at: string;
} & NotificationMembers[Type];

/** What happened, for a person or a program that subscribed. Carries ids and counts, no addresses. */
export type Notification = { [Type in NotificationType]: NotificationOf<Type> }[NotificationType];

/** A notification of some types without some of its members, for whoever adds these to all of them. */
export type NotificationWithout<
  Members extends string,
  Type extends NotificationType = NotificationType,
> = { [One in Type]: Omit<NotificationOf<One>, Members> }[Type];

/**
 * Tells the world.
 *
 * Never rejects: a notification that can't be sent is kept to be sent later, and the work that caused
 * it goes on.
 */
export interface Notifier {
  notify(notification: Notification): Promise<void>;
}
