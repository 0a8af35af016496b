/**
 * One deployment of the project: what differs between stages.
 *
 * Checked at synth by `checkConfiguration`; `docs/configuration.md` says the same for readers.
 */
export interface Configuration {
  /**
   * Name of the deployment, part of the names of its stacks: 1 to 20 of a-z 0-9 -, a letter first.
   * Renaming a stage makes a second deployment, it does not move the first.
   */
  readonly stage: string;

  /**
   * Whether the data may be lost: in development the tables, the bucket, the secret and the logs go
   * with the stacks; elsewhere they stay and the tables refuse deletion.
   *
   * @default false
   */
  readonly development?: boolean;

  /** Mailgun sending domains by name, lower-cased. At least one; mail for another is dead-lettered. */
  readonly domains: Readonly<Record<string, DomainConfiguration>>;

  /**
   * What happens to a submission whose outcome nobody knows (5xx, timeout, reset). `verify` leaves it
   * in doubt until evidence settles it; `retry` sends it again, at the risk of mailing twice.
   *
   * @default 'verify'
   */
  readonly onUnknownOutcome?: 'verify' | 'retry';

  /**
   * What happens to a submission in doubt where Mailgun's events can't be read or are no longer kept.
   * `hold` waits for a person's word; `resend` sends it again, at the risk of mailing twice.
   *
   * @default 'hold'
   */
  readonly onUnreadableEvents?: 'hold' | 'resend';

  /**
   * From when on a submission that is not among Mailgun's events counts as not taken, in minutes after
   * the call, 15 to 240, from 1 in development. Mailgun lists an event some time after it happened.
   *
   * @default 30
   */
  readonly eventsTrustedAfterMinutes?: number;

  /** @default - see the members of `ReconciliationConfiguration` */
  readonly reconciliation?: ReconciliationConfiguration;

  /** @default - see the members of `BreakerConfiguration` */
  readonly breaker?: BreakerConfiguration;

  /** @default - see the members of `GuardConfiguration` */
  readonly guard?: GuardConfiguration;

  /** @default - see the members of `ReleaseConfiguration` */
  readonly release?: ReleaseConfiguration;

  /** @default - see the members of `SuppressionConfiguration` */
  readonly suppressions?: SuppressionConfiguration;

  /** @default - see the members of `ConcurrencyConfiguration` */
  readonly concurrency?: ConcurrencyConfiguration;

  /** @default - see the members of `WebhookConfiguration` */
  readonly webhooks?: WebhookConfiguration;

  /** @default - see the members of `DoctorConfiguration` */
  readonly doctor?: DoctorConfiguration;

  /** @default - see the members of `RetentionConfiguration` */
  readonly retention?: RetentionConfiguration;

  /** @default - see the members of `EncryptionConfiguration` */
  readonly encryption?: EncryptionConfiguration;

  /** @default - see the members of `RolloutConfiguration` */
  readonly rollout?: RolloutConfiguration;

  /** @default - see the members of `EventConfiguration` */
  readonly events?: EventConfiguration;

  /** @default - see the members of `NotificationConfiguration` */
  readonly notifications?: NotificationConfiguration;

  /** @default - see the members of `OperationsConfiguration` */
  readonly operations?: OperationsConfiguration;
}

/** One Mailgun sending domain. */
export interface DomainConfiguration {
  /** Mailgun region the domain lives in. Mailgun answers 401 or 404 in the other one. */
  readonly region: 'us' | 'eu';

  /**
   * Base URL of the API, such as a simulator's, without a trailing slash. `http:` in development only.
   *
   * @default - the API of the region
   */
  readonly apiBaseUrl?: string;

  /**
   * Tags a message may carry, 0 to 10. Mailgun documents 3 in one place and 10 in another.
   *
   * @default 3
   */
  readonly maxTags?: number;

  /**
   * How far ahead `deliverAt` may lie, in hours, 1 to 168. Depends on the Mailgun plan.
   *
   * @default 72
   */
  readonly maxScheduleAheadHours?: number;

  /**
   * How long Mailgun keeps the domain's events, in hours, 24 to 720. Depends on the Mailgun plan: a day
   * on the smallest, 30 on the largest. Too high a value mails twice: an event that is no longer kept
   * would count as one that never was.
   *
   * @default 24
   */
  readonly eventsKeptHours?: number;

  /**
   * Most recipients a second, 0.1 to 10,000. Less after Mailgun's limits were met, for a while.
   *
   * @default 1000
   */
  readonly recipientsPerSecond?: number;

  /**
   * Most recipients on a day (UTC), 1 to 100,000,000.
   *
   * @default - no limit of ours
   */
  readonly recipientsPerDay?: number;

  /**
   * Builds up the reputation of a new domain: a budget a day that grows along a curve.
   *
   * @default - none
   */
  readonly warmUp?: WarmUpConfiguration;
}

/** How much a new domain may send on its first days. */
export interface WarmUpConfiguration {
  /** First day, `YYYY-MM-DD`, UTC. Before it the first day's budget applies. */
  readonly startsOn: string;

  /**
   * Recipients on the first, second, … day; 1 to 60 whole numbers of 1 to 100,000,000. After the last
   * day `recipientsPerDay` applies alone.
   *
   * @default - 14 days, from 50 to 250,000
   */
  readonly curve?: readonly number[];
}

/** How what Mailgun's webhooks lose is found in Mailgun's own events. */
export interface ReconciliationConfiguration {
  /**
   * Whether it is done at all. Without it a `delivered` whose webhook was lost is never counted.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Which of Mailgun's two APIs is read: `events` is the older one, by domain; `logs` is its successor, for the
   * whole account, which needs a key of the account.
   *
   * @default 'events'
   */
  readonly source?: 'events' | 'logs';

  /**
   * When each call is compared with Mailgun's events, in minutes after Mailgun begins to deliver, ascending: 1 to
   * 10 numbers, each 30 to 10,080, from a second in development. Mailgun's events are complete after about half an
   * hour; the last comparison must come while it still keeps them.
   *
   * @default [60, 540, 1380]
   */
  readonly afterMinutes?: readonly number[];
}

/** When calls to Mailgun stop because it fails, for each domain on its own. */
export interface BreakerConfiguration {
  /**
   * Time over which calls are counted, in seconds, 10 to 3,600.
   *
   * @default 60
   */
  readonly windowSeconds?: number;

  /**
   * Fewer failed calls in the window never stop anything, whatever their share, 1 to 10,000.
   *
   * @default 10
   */
  readonly minimumFaults?: number;

  /**
   * Share of calls in the window that must fail, 0.01 to 1.
   *
   * @default 0.5
   */
  readonly faultRate?: number;

  /**
   * Time until one call is tried again, in seconds, 1 to 3,600. It doubles with each that fails.
   *
   * @default 30
   */
  readonly coolDownSeconds?: number;

  /**
   * The longest such time, in seconds, `coolDownSeconds` to 43,200.
   *
   * @default 900
   */
  readonly longestCoolDownSeconds?: number;

  /**
   * Pauses campaigns that have been stopped for so many minutes, 1 to 1,440; a person resumes them.
   *
   * @default - never: they go on by themselves
   */
  readonly pauseAfterMinutes?: number;
}

/**
 * When a campaign is warned about and paused, and an account suspended, for its bounces and
 * complaints. `docs/guard.md` says where the defaults come from.
 */
export interface GuardConfiguration {
  /**
   * Whether campaigns are paused and accounts suspended. Where not, people are only warned.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Dead mailboxes, of the accepted.
   *
   * @default - within an hour 5 % and 10 % of 200 or more, 20 bounces or more; within a day 2.5 %
   *   and 5 % of 1,000, 50 bounces
   */
  readonly bounce?: GuardWindowsConfiguration;

  /**
   * Reports of spam, of the delivered.
   *
   * @default - within an hour 0.5 % and 1 % of 200 or more, 5 complaints or more; within a day 0.1 %
   *   and 0.3 % of 1,000, 10 complaints
   */
  readonly complaint?: GuardWindowsConfiguration;

  /**
   * Automatic pauses of its campaigns in 30 days that suspend an account, 1 to 100.
   *
   * @default 3
   */
  readonly pausesUntilSuspended?: number;
}

/** Limits by how long ago recipients were accepted: an hour, or 24, at most. */
export interface GuardWindowsConfiguration {
  readonly short?: GuardLimitConfiguration;
  readonly long?: GuardLimitConfiguration;
}

/** What is too much. Defaults differ by kind and window. */
export interface GuardLimitConfiguration {
  /** Share from which people are warned, above 0 and below `pause`. */
  readonly warn?: number;
  /** Share from which the campaign is paused, above `warn`, up to 1. */
  readonly pause?: number;
  /** Fewer recipients say nothing, 1 to 10,000,000. */
  readonly minimumRecipients?: number;
  /** Fewer bounces or complaints say nothing, 1 to 1,000,000. */
  readonly minimumEvents?: number;
}

/** How parked batches come back. */
export interface ReleaseConfiguration {
  /**
   * Most batches a second that one release puts back on the campaign queue, 1 to 50.
   *
   * @default 10
   */
  readonly batchesPerSecond?: number;
}

/** How Mailgun's own suppression lists are taken over. */
export interface SuppressionConfiguration {
  /**
   * Hours between two syncs, 1 to 168, or 0 for none; in development also fractions of an hour.
   *
   * @default 24
   */
  readonly syncHours?: number;
}

/**
 * How many invocations of one function its queue may cause at a time, 2 to 1,000.
 *
 * The limit sits at the event source mapping and reserves nothing: an AWS account starts with a
 * concurrency of 10, of which the defaults leave two for the webhook, the control API, releases and
 * the guard and syncs of suppressions; of the last three, at most two each run at a time.
 */
export interface ConcurrencyConfiguration {
  /**
   * Batches in flight to Mailgun at a time.
   *
   * @default 3
   */
  readonly sender?: number;

  /**
   * Event batches (of up to 1,000 events) being recorded at a time.
   *
   * @default 3
   */
  readonly recorder?: number;

  /**
   * Submissions being compared with Mailgun's events at a time. More meet Mailgun's limits sooner.
   *
   * @default 2
   */
  readonly reconciler?: number;
}

/** What is accepted from Mailgun's webhooks. */
export interface WebhookConfiguration {
  /**
   * Oldest signature accepted, in seconds, 28,800 to 604,800. Mailgun retries a call for 8 hours, so
   * less would refuse its last attempts for good.
   *
   * @default 32400
   */
  readonly maxAgeSeconds?: number;

  /**
   * How far a signature may lie ahead of the clock here, in seconds, 1 to 3,600.
   *
   * @default 300
   */
  readonly maxAheadSeconds?: number;

  /**
   * Calls a second let through to the function, 1 to 10,000; the rest get 429, which Mailgun retries.
   * The burst is the same, up to 5,000.
   *
   * @default 5000
   */
  readonly requestsPerSecond?: number;

  /**
   * Networks that calls are taken from, such as `198.51.100.0/24` and `2001:db8::/32`, up to 50; calls
   * from elsewhere get 403, which Mailgun retries. Mailgun publishes no list and changes its addresses.
   *
   * @default - from everywhere: the signature decides
   */
  readonly sourceNetworks?: readonly string[];

  /**
   * What takes the calls. `http` is an HTTP API, open to everyone who knows the URL. `rest` is a REST API,
   * which turns calls away before the function runs: by `sourceNetworks`, by `webAcl` (at least one of
   * them), and by their outer shape. It costs 3.5 times as much a call.
   *
   * @default 'http'
   */
  readonly ingress?: 'http' | 'rest';

  /**
   * AWS WAF in front of a REST API: `own` makes a web ACL that blocks bodies above 64 KiB, and addresses
   * that alone use more than `requestsPerSecond`; or the ARN of a regional web ACL of yours.
   *
   * @default - none
   */
  readonly webAcl?: string;

  /** @default - the name that API Gateway gives */
  readonly domain?: WebhookDomainConfiguration;

  /**
   * Whether the deployment registers its URL at Mailgun, for every domain, and removes it when it
   * goes. Turned off later, what was registered is removed.
   *
   * @default true
   */
  readonly register?: boolean;

  /**
   * Kinds of events that are not registered, of `accepted`, `delivered`, `opened`, `clicked`,
   * `unsubscribed`, `complained`, `temporary_fail` and `permanent_fail`. They are neither counted nor
   * acted on. `accepted` is one for every recipient; it proves that Mailgun has a submission whose
   * answer was lost.
   *
   * @default - none
   */
  readonly skippedEvents?: readonly string[];
}

/** A name of your own for the webhook; API Gateway's own then answers no longer. */
export interface WebhookDomainConfiguration {
  /** Such as `hooks.example.com`, lower-cased. Nothing else may be deployed under it. */
  readonly name: string;

  /** A certificate in ACM for that name, issued, in the region that is deployed to. */
  readonly certificateArn: string;

  /**
   * The public hosted zone in Route 53 that the name belongs to, in the same account: an alias is made there.
   *
   * @default - no record is made; the output `WebhookDomainTarget` says what a CNAME must point to
   */
  readonly hostedZone?: HostedZoneConfiguration;
}

/** A hosted zone in Route 53. */
export interface HostedZoneConfiguration {
  /** Such as `Z0123456789ABCDEFGHIJ`. */
  readonly id: string;
  /** Such as `example.com`: the domain's name, or what it ends in. */
  readonly name: string;
}

/** How the domains' set-up at Mailgun and in the DNS is watched. */
export interface DoctorConfiguration {
  /**
   * Whether it is looked at on schedule. The command `npm run doctor` works either way.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Hours from one look to the next, 1 to 168.
   *
   * @default 6
   */
  readonly everyHours?: number;

  /**
   * Whether a domain that Mailgun calls unverified or disabled is blocked, and unblocked once it is
   * active again. What a person blocked is never unblocked.
   *
   * @default true
   */
  readonly blocks?: boolean;
}

/** How long things are kept. */
export interface RetentionConfiguration {
  /**
   * Days a batch's records are kept, and outcomes after the last of them; 43 to 3,650. A message may live 14 days in its queue, 14 as a
   * dead letter and 14 more once redriven: a batch forgotten before that could be mailed twice.
   *
   * @default 90
   */
  readonly recordsDays?: number;

  /**
   * Days an event is kept, 15 to 3,650. The row is the guard against replays, so it outlives the
   * 14 days an event may wait in its queue.
   *
   * @default 30
   */
  readonly eventsDays?: number;

  /**
   * Days a parked payload is kept, 1 to `recordsDays` less 14: a payload released after its batch was
   * forgotten could be mailed twice.
   *
   * @default - the most that is allowed
   */
  readonly parkedDays?: number;

  /**
   * Days logs are kept; one of the periods CloudWatch Logs knows.
   *
   * @default 30
   */
  readonly logDays?: number;
}

/** What data is encrypted with: tables, queues, topics, the bucket, the secret and logs. */
export interface EncryptionConfiguration {
  /**
   * `aws` uses keys of AWS's own, `own` a key that the deployment makes and keeps; the ARN of a KMS
   * key of the same account and region uses that one, whose policy must let CloudWatch use it.
   *
   * @default 'aws'
   * @see docs/security.md, "Encryption with a key of your own"
   */
  readonly key?: 'aws' | 'own' | `arn:${string}`;
}

/** How a new version of what sends and of what takes webhooks comes into use. */
export interface RolloutConfiguration {
  /**
   * For how long a new version takes a tenth of the batches and webhook calls before it takes all of
   * them, in minutes: 5, 10, 15 or 30. If it fails meanwhile, the deployment is undone.
   *
   * @default - all at once
   */
  readonly canaryMinutes?: 5 | 10 | 15 | 30;
}

/** What delivery events count as. */
export interface EventConfiguration {
  /**
   * Opens and clicks up to so many seconds after the delivery count as a machine's, 0 to 3,600, also
   * where Mailgun does not flag them; 0 leaves it to Mailgun's flag.
   *
   * @default 3
   */
  readonly machineWithinSeconds?: number;

  /**
   * Writes a second that the tables of events and tallies are made ready for, 4,000 to 40,000. AWS
   * charges once for what is above 4,000.
   *
   * @default - 4,000, what DynamoDB gives a new table; it doubles with use
   */
  readonly warmWritesPerSecond?: number;
}

/** Who hears of what the deployment notices. Other subscribers attach to the topic. */
export interface NotificationConfiguration {
  /**
   * Addresses subscribed to every notification; each has to confirm once.
   *
   * @default - none
   */
  readonly emails?: readonly string[];

  /**
   * Whether delivery events are published too, on a topic of their own: all of them, none, or those
   * of some types.
   *
   * @default false
   */
  readonly deliveryEvents?:
    | boolean
    | readonly (
        | 'accepted'
        | 'deferred'
        | 'delivered'
        | 'bounced'
        | 'failed'
        | 'complained'
        | 'unsubscribed'
        | 'opened'
        | 'clicked'
        | 'unknown'
      )[];
}

/** How the deployment is watched. */
export interface OperationsConfiguration {
  /**
   * Addresses subscribed to every alarm, its begin and its end; each has to confirm once.
   *
   * @default - none
   */
  readonly emails?: readonly string[];

  /**
   * Where the runbook is read, such as the URL of `docs/runbook.md` in your repository. Every alarm
   * names its article behind it.
   *
   * @default 'docs/runbook.md'
   */
  readonly runbookUrl?: string;

  /**
   * Whether there is a CloudWatch dashboard. An account has three for nothing.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Whether X-Ray traces the functions. It is billed by the trace.
   *
   * @default false
   */
  readonly tracing?: boolean;
}
