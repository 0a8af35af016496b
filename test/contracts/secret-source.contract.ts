import { TransientError } from '../../lambdas/core/errors';
import type { MailerSecrets, SecretSource } from '../../lambdas/core/secrets';

/** A source of secrets, and a hand on what it reads from. */
export interface SecretSourceInHand {
  readonly source: SecretSource;
  /** Replaces what is stored. */
  store(secrets: MailerSecrets): Promise<void>;
  /** Makes whatever is stored unreadable. */
  breakDown(): Promise<void>;
  /** Refreshes until that is no more allowed. */
  useUpRefreshes(): Promise<void>;
}

export const someSecrets = (signingKey = 'first-key'): MailerSecrets => ({
  apiKeys: { default: 'key-1', 'mg.example.com': 'key-2' },
  webhookSigningKeys: [signingKey, 'Grüße'],
  recipientPepper: 'a-pepper-of-some-length',
});

/** What every `SecretSource` promises. */
export function describeSecretSource(
  name: string,
  create: (secrets: MailerSecrets) => Promise<SecretSourceInHand>,
): void {
  describe(`secret source: ${name}`, () => {
    let inHand: SecretSourceInHand;

    beforeEach(async () => {
      inHand = await create(someSecrets());
    });

    it('gives what is stored', async () => {
      expect(await inHand.source.current()).toEqual(someSecrets());
    });

    it('goes on with what it has, and learns of another secret by a refresh', async () => {
      const { source } = inHand;
      await source.current();
      await inHand.store(someSecrets('second-key'));

      expect(await source.current()).toEqual(someSecrets());
      const beganMs = Date.now();
      const refreshed = await source.refreshed();
      expect(refreshed.secrets).toEqual(someSecrets('second-key'));
      expect(refreshed.readAtMs).toBeGreaterThanOrEqual(beganMs);
      expect(await source.current()).toEqual(someSecrets('second-key'));
    });

    it('takes what was read since a time for fresh, and does not read it again', async () => {
      const { source } = inHand;
      const sinceMs = Date.now();
      const read = await source.refreshed();
      await inHand.store(someSecrets('second-key'));

      expect(await source.refreshed(sinceMs)).toEqual(read);
      expect(await source.refreshed(sinceMs + 60_000)).toMatchObject({
        secrets: someSecrets('second-key'),
      });
    });

    it('says how old a secret is once it was refreshed too often', async () => {
      const { source } = inHand;
      await inHand.useUpRefreshes();
      const beforeMs = Date.now();
      await inHand.store(someSecrets('second-key'));

      const refreshed = await source.refreshed();
      expect(refreshed.secrets).toEqual(someSecrets());
      expect(refreshed.readAtMs).toBeLessThanOrEqual(beforeMs);
    });

    it('rejects for now while it has nothing and can read nothing', async () => {
      await inHand.breakDown();

      await expect(inHand.source.current()).rejects.toThrow(TransientError);
      await expect(inHand.source.refreshed()).rejects.toThrow(TransientError);
    });
  });
}
