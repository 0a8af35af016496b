/** Why a recipient must not be mailed. */
export type SuppressionReason = 'bounce' | 'complaint' | 'unsubscribe';

/** One recipient that a sending domain must not mail, and what put it there. */
export interface Suppression {
  /** Mailgun sending domain, lower-cased. */
  readonly domain: string;
  /** The recipient's digest, 16 bytes. */
  readonly recipient: Uint8Array;
  readonly reason: SuppressionReason;
  /** Where it is known from: a webhook, Mailgun's own list, or a person. */
  readonly cause: string;
  /** When the provider observed it; milliseconds since the Unix epoch, UTC. */
  readonly observedAtMs: number;
  /**
   * When it was observed last, where several observations are stored at once.
   *
   * @default - `observedAtMs`
   */
  readonly confirmedAtMs?: number;
  /**
   * Tags the suppression is limited to. `undefined` means every message.
   * Only an unsubscribe can be limited.
   */
  readonly tags?: readonly string[];
}

/** Remembers which recipients a domain must not mail. Implemented in `adapters/dynamodb`. */
export interface SuppressionList {
  /**
   * Which of these recipients are suppressed on a domain for a message with these tags.
   * Strongly consistent: a suppression stored before the call is seen.
   *
   * @param recipients digests of 16 bytes; any number.
   * @returns the indexes into `recipients` of the suppressed ones.
   * @throws {TransientError} when the list, or a part of it, can't be read: the caller fails closed.
   */
  suppressedAmong(
    domain: string,
    recipients: readonly Uint8Array[],
    tags: readonly string[],
  ): Promise<ReadonlySet<number>>;

  /**
   * Stores a suppression. Idempotent. A suppression of every message is never narrowed to tags,
   * and tags of several tag-scoped ones are united.
   */
  add(suppression: Suppression): Promise<void>;

  /** @returns what is stored for one recipient of a domain, or `undefined`. */
  find(domain: string, recipient: Uint8Array): Promise<Suppression | undefined>;
}
