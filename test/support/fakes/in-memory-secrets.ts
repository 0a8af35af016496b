import type { MailerSecrets, ReadSecrets, SecretSource } from '../../../lambdas/core/secrets';

/** Secrets in memory: what is stored, and what the worker knows of it. */
export class InMemorySecrets implements SecretSource {
  /** What a refresh brings. */
  stored: MailerSecrets;
  /** Whether a refresh may be made. */
  mayRefresh = true;
  /** Set it to make every method reject. */
  fault: Error | undefined;
  refreshes = 0;
  private known: MailerSecrets;
  /** When a refresh last brought something; what the worker knew before is old. */
  private readAtMs = -Infinity;

  constructor(
    secrets: Partial<MailerSecrets> = {},
    private readonly clock: () => number = Date.now,
  ) {
    this.stored = {
      apiKeys: { default: 'test-api-key' },
      webhookSigningKeys: ['test-webhook-signing-key'],
      recipientPepper: 'test-recipient-pepper',
      ...secrets,
    };
    this.known = this.stored;
  }

  current(): Promise<MailerSecrets> {
    return this.fault === undefined ? Promise.resolve(this.known) : Promise.reject(this.fault);
  }

  refreshed(sinceMs = Infinity): Promise<ReadSecrets> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    if (this.mayRefresh && this.readAtMs < sinceMs) {
      this.refreshes += 1;
      this.known = this.stored;
      this.readAtMs = this.clock();
    }
    return Promise.resolve({ secrets: this.known, readAtMs: this.readAtMs });
  }
}
