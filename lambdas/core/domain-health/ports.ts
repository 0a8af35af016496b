import type { DnsRecord, DomainHealth, Look } from './finding';

/** A record that Mailgun expects, and what it thinks of it. */
export interface ExpectedRecord extends DnsRecord {
  readonly purpose: 'spf' | 'dkim' | 'tracking' | 'mx';
  /** What Mailgun last saw; `unknown` where it has not looked, or not found it. */
  readonly valid: boolean | 'unknown';
}

/** A domain as Mailgun has it. */
export interface DomainState {
  /** `active`, `unverified`, `disabled`, or a word nobody knows yet. */
  readonly state: string;
  readonly disabled: boolean;
  /** Mailgun's words. No addresses. */
  readonly reason?: string;
  readonly records: readonly ExpectedRecord[];
}

/** Entries of a suppression list; `atLeast` where there are more than were counted. */
export interface ListCount {
  readonly list: 'bounces' | 'complaints' | 'unsubscribes';
  readonly entries: number;
  readonly atLeast: boolean;
}

/** What Mailgun knows of a domain. Implemented in `adapters/mailgun`. No method rejects for what Mailgun says. */
export interface DomainAccount {
  state(domain: string, deadlineMs: number): Promise<Look<DomainState>>;
  suppressions(domain: string, deadlineMs: number): Promise<Look<readonly ListCount[]>>;
  /** The account's own limit a month; `undefined` where it has none. */
  monthlyLimit(
    domain: string,
    deadlineMs: number,
  ): Promise<Look<{ readonly limit: number; readonly current: number } | undefined>>;
}

/** The DNS. Implemented in `adapters/dns`. No method rejects: a name without such records has an empty list. */
export interface DnsLookup {
  /** Each record's strings joined. */
  txt(name: string): Promise<Look<readonly string[]>>;
  /** Lower-cased, without the final dot. */
  cname(name: string): Promise<Look<readonly string[]>>;
  /** Exchanges, lower-cased, without the final dot. */
  mx(name: string): Promise<Look<readonly string[]>>;
}

/** What was last found of each domain. Implemented in `adapters/dynamodb`. */
export interface DomainHealths {
  /** @throws {TransientError} when the store does not answer. */
  read(
    domain: string,
  ): Promise<{ readonly health: DomainHealth; readonly told: readonly string[] } | undefined>;

  /**
   * Keeps what was found, unless something later is kept already.
   *
   * @param told codes of what people were told of.
   * @throws {TransientError} when the store does not answer.
   */
  keep(health: DomainHealth, told: readonly string[]): Promise<void>;
}
