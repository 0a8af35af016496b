/** What the deployment keeps secret, as one JSON value in Secrets Manager. */
export interface MailerSecrets {
  /** Mailgun API keys by sending domain; `default` serves domains without one of their own. */
  readonly apiKeys: Readonly<Record<string, string>>;
  /** HTTP webhook signing keys: the current one first, the previous one while a rotation lasts. */
  readonly webhookSigningKeys: readonly string[];
  /** Keys every digest of an address. Never change it: every stored digest would be orphaned. */
  readonly recipientPepper: string;
}

/** Where secrets come from. Implemented in `adapters/secrets`. */
export interface SecretSource {
  /**
   * The secrets, from memory while they are fresh.
   *
   * @throws {TransientError} when they can't be read, or are not of the documented shape, and none
   *   are in memory. A person mends that, and what waits then goes on: nothing is given up for it.
   */
  current(): Promise<MailerSecrets>;

  /**
   * Reads them anew, so seldom in the long run that a flood of callers costs nothing.
   *
   * @returns what is current now, and whether it was read by this very call: only then is a key
   *   that is missing from it known to be wrong.
   * @throws like {@link current}.
   */
  refreshed(): Promise<{ readonly secrets: MailerSecrets; readonly fresh: boolean }>;
}
