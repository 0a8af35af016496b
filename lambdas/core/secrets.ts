/** Stands in a new deployment's secret where a person has to put a key of Mailgun's. */
const PLACEHOLDER = 'replace-me';

/** Whether a key is none: whoever reads this project knows it too. */
export const isPlaceholder = (key: string): boolean => key.trim().toLowerCase() === PLACEHOLDER;

/** What the deployment keeps secret, as one JSON value in Secrets Manager. */
export interface MailerSecrets {
  /** Mailgun API keys by sending domain; `default` serves domains without one of their own. */
  readonly apiKeys: Readonly<Record<string, string>>;
  /** HTTP webhook signing keys: the current one first, the previous one while a rotation lasts. */
  readonly webhookSigningKeys: readonly string[];
  /**
   * Until when Mailgun may sign with a key that is not among them, milliseconds since the Unix epoch,
   * UTC: set while the signing key is replaced. See `isRotating`.
   */
  readonly signingKeyRotationUntilMs?: number | undefined;
  /** Keys every digest of an address. Never change it: every stored digest would be orphaned. */
  readonly recipientPepper: string;
}

/** Where secrets come from. Implemented in `adapters/secrets`. */
export interface SecretSource {
  /**
   * The secrets, from memory while they are fresh. A key that is a placeholder is not among them.
   *
   * @throws {TransientError} when they can't be read, or are not of the documented shape, and none
   *   are in memory. A person mends that, and what waits then goes on: nothing is given up for it.
   */
  current(): Promise<MailerSecrets>;

  /**
   * Reads them anew, so seldom in the long run that a flood of callers costs nothing.
   *
   * @param sinceMs secrets whose reading began at this time or later are fresh, and not read again;
   *   milliseconds since the Unix epoch, UTC. Without it they are always read.
   * @throws like {@link current}.
   */
  refreshed(sinceMs?: number): Promise<ReadSecrets>;
}

/** Secrets, and how old they are. */
export interface ReadSecrets {
  readonly secrets: MailerSecrets;
  /** When their reading began: what was stored later is not in them. Milliseconds since the Unix epoch, UTC. */
  readonly readAtMs: number;
}
