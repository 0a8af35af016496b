import { SecretStore } from '../../lambdas/adapters/secrets/secret-store';
import { SigningKeysInSecret } from '../../lambdas/adapters/secrets/signing-keys-in-secret';
import { replaceSigningKey } from '../../lambdas/core/webhook/replace-signing-key';
import { createReceiveWebhook } from '../../lambdas/receive-webhook/receive-webhook';
import { anEventData, aSignature } from '../support/builders/webhooks';
import { InMemoryEventQueue } from '../support/fakes/in-memory-event-queue';
import { RecordingLog } from '../support/fakes/recording-log';
import { aSimulatedSecret } from './simulated-secret';
import { tell } from '../support/figures/tell';

const START_MS = 1770146432_000;
const TICK_MS = 100;
const MINUTE_MS = 60_000;
/** How Mailgun repeats what was not taken. */
const REPETITIONS_MS = [5, 10, 15, 60, 120, 240].map((minutes) => minutes * MINUTE_MS);

interface Webhook {
  readonly body: string;
  dueMs: number;
  calls: number;
}

/** Workers, a secret and a Mailgun that posts webhooks all the time, in time of its own. */
function aRotation({ workers = 4, webhooksATick = 2, delivering = 20 * MINUTE_MS } = {}) {
  const time = { ms: START_MS };
  const clock = () => time.ms;
  const mailgun = { signing: 'key-0', made: 0 };
  const secret = aSimulatedSecret(['key-0']);
  const queue = new InMemoryEventQueue();
  const fleet = Array.from({ length: workers }, () =>
    createReceiveWebhook({
      secrets: new SecretStore({ ...secret, clock, log: new RecordingLog() }),
      ...{ queue, clock, log: new RecordingLog(), isSource: () => true },
      window: { maxAgeSeconds: 32_400, maxAheadSeconds: 300 },
    }),
  );
  const pauses: { readonly untilMs: number; readonly wake: () => void }[] = [];
  const pause = (ms: number) =>
    new Promise<void>((wake) => void pauses.push({ untilMs: time.ms + ms, wake }));

  /** Every call to another service takes a second: Mailgun signs with a key before it names it. */
  const issuer = {
    current: async () => {
      await pause(1_000);
      return mailgun.signing;
    },
    replace: async () => {
      const key = (mailgun.signing = `key-${(mailgun.made += 1)}`);
      await pause(1_000);
      return key;
    },
  };
  const inSecret = new SigningKeysInSecret(secret.client, secret.secretId);
  const keys = {
    read: () => inSecret.read(),
    write: async (...change: Parameters<typeof inSecret.write>) => {
      await pause(1_000);
      await inSecret.write(...change);
    },
  };

  const figures = { webhooks: 0, byNewKey: 0, atOnce: 0, repeated: 0, refused: 0, givenUp: 0 };
  let posted = 0;
  const post = async (webhook: Webhook): Promise<boolean> => {
    const receive = fleet[(posted += 1) % fleet.length]!;
    const { body } = webhook;
    const call = { body, isBase64Encoded: false, contentType: undefined, sourceIp: undefined };
    const { statusCode } = await receive(call);
    if (statusCode === 200 && webhook.calls === 0) figures.atOnce += 1;
    if (statusCode === 200 && webhook.calls > 0) figures.repeated += 1;
    if (statusCode === 406) figures.refused += 1;
    if (statusCode === 200 || statusCode === 406) return true;

    const wait = REPETITIONS_MS[webhook.calls];
    if (wait === undefined) figures.givenUp += 1;
    webhook.dueMs = time.ms + (wait ?? 0);
    webhook.calls += 1;
    return wait === undefined;
  };

  const aWebhook = (): Webhook => {
    const { signing: key } = mailgun;
    const token = `token-${(figures.webhooks += 1)}`;
    if (key !== 'key-0') figures.byNewKey += 1;
    const signature = aSignature({ key, token, timestamp: String(Math.floor(time.ms / 1000)) });
    const body = JSON.stringify({ signature, 'event-data': anEventData() });
    return { body, dueMs: time.ms, calls: 0 };
  };

  /** Posts webhooks until all are taken, refused or given up; the script runs beside. */
  const run = async (script: () => Promise<void>) => {
    let underWay: Webhook[] = [];
    const scripted = script();
    while (time.ms < START_MS + delivering || underWay.length > 0) {
      if (time.ms < START_MS + delivering) {
        underWay.push(...Array.from({ length: webhooksATick }, aWebhook));
      }
      const later: Webhook[] = [];
      for (const webhook of underWay) {
        if (webhook.dueMs > time.ms || !(await post(webhook))) later.push(webhook);
      }
      underWay = later;
      time.ms += TICK_MS;
      for (const { untilMs, wake } of pauses) if (untilMs <= time.ms) wake();
      await new Promise(setImmediate);
    }
    await scripted;
    const queued = new Set(queue.events.map(({ token }) => token)).size;
    return { ...figures, queued, secretReads: secret.reads() };
  };

  const rotate = () => replaceSigningKey({ keys, issuer, clock, pause, onStep: () => undefined });
  return { run, rotate, pause, issuer, keys, inSecret };
}

describe('while the signing key is replaced under load', () => {
  it('no good webhook is refused, and every one is queued', async () => {
    const { run, rotate, pause, inSecret } = aRotation();

    const figures = await run(async () => {
      await pause(7 * MINUTE_MS);
      await rotate();
    });

    tell('replaced by the command', figures);
    expect(figures).toMatchObject({ webhooks: 24_000, refused: 0, givenUp: 0, queued: 24_000 });
    expect(figures.byNewKey).toBeGreaterThan(10_000);
    // What came in the two seconds between the new key and its place in the secret.
    expect(figures.repeated).toBeLessThan(200);
    expect(figures.secretReads).toBeLessThan(4 * (20 / 5 + 10));
    expect(await inSecret.read()).toEqual(['key-1', 'key-0']);
  }, 60_000);

  it('nor when the command dies right after the new key was made, and is run again', async () => {
    const { run, rotate, pause, keys, inSecret } = aRotation({ delivering: 16 * MINUTE_MS });
    const { write } = keys;

    const figures = await run(async () => {
      await pause(2 * MINUTE_MS);
      keys.write = (written, untilMs) =>
        untilMs === undefined ? Promise.reject(new Error('died')) : write(written, untilMs);
      await rotate().catch(() => undefined);
      keys.write = write;
      await pause(4 * MINUTE_MS);
      await rotate();
    });

    expect(figures).toMatchObject({ refused: 0, givenUp: 0, queued: figures.webhooks });
    expect(figures.repeated).toBeGreaterThan(1_000);
    expect(await inSecret.read()).toEqual(['key-1', 'key-0']);
  }, 60_000);

  it('but webhooks are lost where a person makes a key and needs half a minute to store it', async () => {
    const { run, pause, issuer, keys } = aRotation({ delivering: 10 * MINUTE_MS });

    const figures = await run(async () => {
      await pause(2 * MINUTE_MS);
      const key = await issuer.replace();
      await pause(30_000);
      await keys.write([key, 'key-0']);
    });

    tell('replaced by hand, unmarked', figures);
    expect(figures.refused).toBeGreaterThan(0);
    expect(figures.queued + figures.refused).toBe(figures.webhooks);
  }, 60_000);
});
