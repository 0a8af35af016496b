/** How a sending domain is set up at Mailgun. Everything but the name has a default. */
export interface DomainSettings {
  readonly name: string;
  /** @default 'us' */
  readonly region?: 'us' | 'eu';
  /** Mails authorised recipients only. @default false */
  readonly sandbox?: boolean;
  /** Belongs to a free account: mails authorised recipients only. @default false */
  readonly freeAccount?: boolean;
  /** Lower-cased addresses that a sandbox or free account may mail. @default - none */
  readonly authorisedRecipients?: readonly string[];
  /** @default 'active' */
  readonly state?: 'active' | 'unverified' | 'disabled';
  /** Records that Mailgun has not found in the DNS. @default - none */
  readonly missingRecords?: readonly RecordPurpose[];
  /** Recipients a call may have before it is a "large batch" and refused. @default - no cap */
  readonly largeBatchCap?: number;
  /** Recipients an hour; what is over is refused. @default - no limit */
  readonly hourlyLimit?: number;
  /** Status that a refusal for the limit has: Mailgun has used all three. @default 420 */
  readonly limitStatus?: 400 | 420 | 429;
  /** The account is on probation: over the limit it is told so, and no time. @default false */
  readonly probation?: boolean;
  /** How far ahead a delivery time may lie. @default 3 */
  readonly scheduleHorizonDays?: number;
  /** Whether opens are tracked where a message says nothing. @default true */
  readonly opens?: boolean;
  /** Whether clicks are tracked where a message says nothing. @default true */
  readonly clicks?: boolean;
  /**
   * Whether Mailgun adds its unsubscribe footer. A message that carries `%unsubscribe_url%` can be
   * unsubscribed from either way. @default false
   */
  readonly unsubscribes?: boolean;
  /**
   * Disables the queue that mail goes through, as `sending_queues` reports it. What is sent is taken
   * nevertheless: refusals are scripted apart. @default - it is open
   */
  readonly queueDisabled?: QueueDisabled;
  /**
   * When the events API shows an event, in real milliseconds after it happened.
   *
   * @default - some time within the simulator's `eventsDelayMs`
   */
  readonly eventsDelayMs?: number;
  /** How long the events API shows an event, in real milliseconds. @default - for ever */
  readonly eventsKeptMs?: number;
  /** Status that the events API refuses every key with, as it does one without the right. @default - none */
  readonly eventsRefused?: 401 | 403;
  /** Whether messages get ids of Mailgun's own, whatever `h:Message-Id` says. @default false */
  readonly ownMessageIds?: boolean;
}

/** What a record of a domain is for. */
export type RecordPurpose = 'spf' | 'dkim' | 'tracking' | 'mx';

/** Why and until when a sending queue is disabled. */
export interface QueueDisabled {
  /** Milliseconds since the Unix epoch, UTC. @default - no time is named */
  readonly untilMs?: number;
  /** @default 'You have too many messages in queue' */
  readonly reason?: string;
}

/** What may change about a domain while the simulator runs. `undefined` brings the default back. */
export type DomainChanges = Partial<Omit<DomainSettings, 'name' | 'region'>>;

/** A sending domain and what was counted against its limit. */
export class Domain {
  private windowEndsAtMs = 0;
  private recipientsInWindow = 0;

  constructor(private current: DomainSettings) {}

  get settings(): DomainSettings {
    return this.current;
  }

  get name(): string {
    return this.current.name;
  }

  /** Sets it up differently from now on. */
  change(changes: DomainChanges): void {
    this.current = { ...this.current, ...changes };
  }

  /**
   * Counts recipients against the hourly limit.
   *
   * @param hourMs length of an hour here, where time is compressed.
   * @returns when to try again, milliseconds since the Unix epoch, or `undefined` when they fit
   *   and are counted.
   */
  overLimitUntilMs(recipients: number, nowMs: number, hourMs: number): number | undefined {
    const limit = this.settings.hourlyLimit;
    if (limit === undefined) return undefined;

    if (nowMs >= this.windowEndsAtMs) {
      this.windowEndsAtMs = nowMs + hourMs;
      this.recipientsInWindow = 0;
    }
    if (this.recipientsInWindow + recipients > limit) return this.windowEndsAtMs;

    this.recipientsInWindow += recipients;
    return undefined;
  }
}
