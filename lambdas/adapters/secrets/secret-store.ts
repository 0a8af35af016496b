import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Clock } from '../../core/clock';
import { faultOf, MailerError, TransientError } from '../../core/errors';
import type { Log } from '../../core/log';
import {
  isPlaceholder,
  type MailerSecrets,
  type ReadSecrets,
  type SecretSource,
} from '../../core/secrets';
import { isRotating, KEYS_JUDGE_FOR_MS } from '../../core/webhook/key-rotation';

const secretSchema = z.object({
  apiKeys: z.record(z.string(), z.string().min(1)),
  webhookSigningKeys: z.array(z.string().min(1)),
  // Set by hand or by a command, for an hour at most: a slip in it must not stop the sender.
  signingKeyRotationUntil: z.iso.datetime({ offset: true }).optional().catch(undefined),
  recipientPepper: z.string().min(16),
});

/** How long a secret is relied on, in milliseconds. */
export interface SecretTiming {
  /** Age from which a secret is read anew before it is used. */
  readonly maxAgeMs: number;
  /** Age to which a secret is used while Secrets Manager can't be read. */
  readonly maxStaleMs: number;
  /** Pause after a failed read before the next one. */
  readonly retryAfterMs: number;
  /** Refreshes that may follow one another at once. */
  readonly refreshBurst: number;
  /** Time that earns one more refresh. */
  readonly refreshIntervalMs: number;
  /** The same while the secret says that the signing key is being replaced. */
  readonly rotationIntervalMs: number;
}

/**
 * Five minutes fresh, six hours stale; two refreshes at once and then one as often as a call needs keys
 * that may judge it, or one in five seconds while the signing key is being replaced.
 */
export const SECRET_TIMING: SecretTiming = {
  maxAgeMs: 5 * 60_000,
  maxStaleMs: 6 * 3_600_000,
  retryAfterMs: 2_000,
  refreshBurst: 2,
  refreshIntervalMs: KEYS_JUDGE_FOR_MS,
  rotationIntervalMs: 5_000,
};

interface Dependencies {
  readonly client: SecretsManagerClient;
  readonly secretId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing?: SecretTiming;
}

/**
 * `SecretSource` on one Secrets Manager secret, kept in the worker's memory.
 *
 * A secret that can't be read, or was replaced by something malformed, does not stop a warm
 * worker: it goes on with what it has for as long as `maxStaleMs`.
 */
export class SecretStore implements SecretSource {
  private readonly timing: SecretTiming;
  private held: ReadSecrets | undefined;
  private failure: { readonly error: Error; readonly atMs: number } | undefined;
  private reading: Promise<ReadSecrets> | undefined;
  private refreshes: { readonly left: number; readonly asOfMs: number } | undefined;

  constructor(private readonly dependencies: Dependencies) {
    this.timing = dependencies.timing ?? SECRET_TIMING;
  }

  async current(): Promise<MailerSecrets> {
    return (await this.known()).secrets;
  }

  async refreshed(sinceMs = Infinity): Promise<ReadSecrets> {
    if (this.held && this.held.readAtMs >= sinceMs) return this.held;
    if (!this.reading && !this.takeRefresh()) return this.known();
    return this.readOrStale();
  }

  private async known(): Promise<ReadSecrets> {
    const now = this.dependencies.clock();
    if (this.held && now - this.held.readAtMs < this.timing.maxAgeMs) return this.held;

    if (this.failure && now - this.failure.atMs < this.timing.retryAfterMs) {
      return this.staleOr(this.failure.error);
    }
    return this.readOrStale();
  }

  private async readOrStale(): Promise<ReadSecrets> {
    try {
      return await this.read();
    } catch (error) {
      return this.staleOr(error);
    }
  }

  /** One read at a time: whoever asks meanwhile gets its result. */
  private read(): Promise<ReadSecrets> {
    this.reading ??= this.readOnce().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readOnce(): Promise<ReadSecrets> {
    const { client, secretId, clock, log } = this.dependencies;
    const readAtMs = clock();
    try {
      this.held = { secrets: parse(await fetchText(client, secretId)), readAtMs };
      this.failure = undefined;
      return this.held;
    } catch (error) {
      const failure =
        error instanceof Error ? error : new TransientError('the secret is unreadable');
      this.failure = { error: failure, atMs: clock() };
      log.error('secret not read', {
        code: 'secret-not-read',
        error: faultOf(failure),
        inMemory: this.held !== undefined,
      });
      throw failure;
    }
  }

  private staleOr(error: unknown): ReadSecrets {
    const now = this.dependencies.clock();
    if (this.held && now - this.held.readAtMs < this.timing.maxStaleMs) return this.held;

    throw error instanceof MailerError
      ? error
      : new TransientError('the secret could not be read', { cause: error });
  }

  /** A bucket of refreshes: a flood of forged calls must not become a flood of reads. */
  private takeRefresh(): boolean {
    const { refreshBurst, refreshIntervalMs, rotationIntervalMs } = this.timing;
    const now = this.dependencies.clock();
    const rotating = isRotating(this.held?.secrets.signingKeyRotationUntilMs, now);
    const { left, asOfMs } = this.refreshes ?? { left: refreshBurst, asOfMs: now };
    const intervalMs = rotating ? rotationIntervalMs : refreshIntervalMs;
    const earned = Math.max(0, now - asOfMs) / intervalMs;
    const available = Math.min(refreshBurst, left + earned);
    const taken = available >= 1;
    this.refreshes = { left: taken ? available - 1 : available, asOfMs: now };
    return taken;
  }
}

async function fetchText(client: SecretsManagerClient, secretId: string): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return SecretString ?? '';
  } catch (error) {
    throw new TransientError('the secret could not be read', { cause: error });
  }
}

function parse(text: string): MailerSecrets {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The syntax error quotes the secret.
    throw new TransientError('the secret is malformed: it is not JSON');
  }

  const parsed = secretSchema.safeParse(value);
  if (parsed.success) return secretsIn(parsed.data);

  const fields = parsed.error.issues.map(
    ({ path, code }) => `${path[0]?.toString() ?? ''}: ${code}`,
  );
  throw new TransientError(`the secret is malformed: wrong fields (${fields.join(', ')})`);
}

function secretsIn(secret: z.infer<typeof secretSchema>): MailerSecrets {
  const { apiKeys, webhookSigningKeys, signingKeyRotationUntil, recipientPepper } = secret;
  return {
    apiKeys: Object.fromEntries(Object.entries(apiKeys).filter(([, key]) => !isPlaceholder(key))),
    webhookSigningKeys: webhookSigningKeys.filter((key) => !isPlaceholder(key)),
    ...(signingKeyRotationUntil !== undefined && {
      signingKeyRotationUntilMs: Date.parse(signingKeyRotationUntil),
    }),
    recipientPepper,
  };
}
