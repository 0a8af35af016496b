import { SECRET_TIMING, SecretStore } from '../../lambdas/adapters/secrets/secret-store';
import { createReceiveWebhook } from '../../lambdas/receive-webhook/receive-webhook';
import { anEventData, aSignature } from '../support/builders/webhooks';
import { InMemoryEventQueue } from '../support/fakes/in-memory-event-queue';
import { RecordingLog } from '../support/fakes/recording-log';
import { aSimulatedSecret } from './simulated-secret';
import { tell } from '../support/figures/tell';

const START_MS = 1770146432_000;
const MINUTES = 10;
const FORGED = 30_000;
const GOOD = 300;

/** One worker that somebody who knows the URL floods, with good calls in between. */
async function flooded({ forged, good }: { readonly forged: number; readonly good: number }) {
  const time = { ms: START_MS };
  const clock = () => time.ms;
  const secret = aSimulatedSecret(['a-signing-key']);
  const queue = new InMemoryEventQueue();
  const receive = createReceiveWebhook({
    secrets: new SecretStore({ ...secret, clock, log: new RecordingLog() }),
    ...{ queue, clock, log: new RecordingLog(), isSource: () => true },
    window: { maxAgeSeconds: 32_400, maxAheadSeconds: 300 },
  });
  const post = (key: string, token: string) => {
    const timestamp = String(Math.floor(time.ms / 1000));
    const signature = aSignature({ key, token, timestamp });
    const body = JSON.stringify({ signature, 'event-data': anEventData() });
    return receive({ body, isBase64Encoded: false, contentType: undefined, sourceIp: undefined });
  };

  const statuses: Record<number, number> = { 200: 0, 406: 0, 503: 0 };
  const calls = forged + good;
  let goodTaken = 0;
  for (let call = 0; call < calls; call += 1) {
    const isGood = good > 0 && call % Math.floor(calls / good) === 0;
    const { statusCode } = await post(isGood ? 'a-signing-key' : 'forged', `token-${call}`);
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    if (isGood && statusCode === 200) goodTaken += 1;
    time.ms = START_MS + Math.floor((MINUTES * 60_000 * call) / calls);
  }
  return {
    ...{
      calls,
      goodTaken,
      taken: statuses[200]!,
      refused: statuses[406]!,
      doubted: statuses[503]!,
    },
    ...{ sqsSends: queue.events.length, secretReads: secret.reads() },
  };
}

describe('while somebody who has learnt the URL floods it', () => {
  it('good calls are all taken, forged ones all refused, and the secret is read by the bucket', async () => {
    const alone = await flooded({ forged: 0, good: GOOD });
    const figures = await flooded({ forged: FORGED, good: GOOD });

    tell('a flood of ten minutes on one worker', figures);
    tell('the same without forged calls', alone);
    expect(figures).toMatchObject({ goodTaken: GOOD, taken: GOOD, sqsSends: GOOD });
    expect(figures).toMatchObject({ refused: FORGED, doubted: 0 });
    // Two at once and three a minute; readings by age are the same as without the flood, or fewer.
    const { refreshBurst, refreshIntervalMs } = SECRET_TIMING;
    expect(figures.secretReads - alone.secretReads).toBeLessThanOrEqual(
      refreshBurst + (MINUTES * 60_000) / refreshIntervalMs,
    );
  }, 60_000);

  it('the first forged call of a cold worker reads the secret once, and is refused for good', async () => {
    expect(await flooded({ forged: 1, good: 0 })).toMatchObject({ refused: 1, secretReads: 1 });
  });
});
