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

  /** @default - see the members of `ConcurrencyConfiguration` */
  readonly concurrency?: ConcurrencyConfiguration;

  /** @default - see the members of `WebhookConfiguration` */
  readonly webhooks?: WebhookConfiguration;

  /** @default - see the members of `RetentionConfiguration` */
  readonly retention?: RetentionConfiguration;

  /** @default - see the members of `NotificationConfiguration` */
  readonly notifications?: NotificationConfiguration;
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
}

/**
 * How many invocations of one function its queue may cause at a time, 2 to 1,000.
 *
 * The limit sits at the event source mapping and reserves nothing: an AWS account starts with a
 * concurrency of 10, of which the defaults leave four for the webhook and the control API.
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
}

/** How long things are kept. */
export interface RetentionConfiguration {
  /**
   * Days a batch's records are kept, 43 to 3,650. A message may live 14 days in its queue, 14 as a
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

/** Who hears of what the deployment notices. Other subscribers attach to the topic. */
export interface NotificationConfiguration {
  /**
   * Addresses subscribed to every notification; each has to confirm once.
   *
   * @default - none
   */
  readonly emails?: readonly string[];
}
