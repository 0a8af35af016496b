import { readWebhookCall } from '../../lambdas/core/webhook/webhook-call';
import { webhookBody, webhookEvent, webhookNames } from '../support/builders/webhooks';
import { aRecord, aRecorder, ourEvent } from './a-recorder';

/** Where each payload ends when it is about a recipient of ours, as `docs/delivery-events.md` says. */
const ENDS: Readonly<
  Record<string, { readonly type: string; readonly tally?: string; readonly suppressed?: string }>
> = {
  accepted: { type: 'accepted' },
  'accepted-scheduled-user-variables': { type: 'accepted' },
  clicked: { type: 'clicked', tally: 'clicked' },
  'clicked-bot-generic': { type: 'clicked', tally: 'machineClicked' },
  complained: { type: 'complained', tally: 'complained', suppressed: 'complaint' },
  delivered: { type: 'delivered', tally: 'delivered' },
  'delivered-2018-shape': { type: 'delivered', tally: 'delivered' },
  'delivered-batch-alice': { type: 'delivered', tally: 'delivered' },
  'delivered-batch-bob': { type: 'delivered', tally: 'delivered' },
  'failed-permanent-bounce': { type: 'bounced', tally: 'bounced', suppressed: 'bounce' },
  'failed-permanent-bounce-2018-shape': { type: 'bounced', tally: 'bounced', suppressed: 'bounce' },
  'failed-permanent-bounce-soft': { type: 'failed', tally: 'failed' },
  'failed-permanent-espblock': { type: 'failed', tally: 'failed' },
  'failed-permanent-generic-policy': { type: 'failed', tally: 'failed' },
  'failed-permanent-suppress-bounce': { type: 'failed', tally: 'failed', suppressed: 'bounce' },
  'failed-permanent-suppress-complaint': {
    ...{ type: 'failed', tally: 'failed', suppressed: 'complaint' },
  },
  'failed-permanent-suppress-unsubscribe': {
    ...{ type: 'failed', tally: 'failed', suppressed: 'unsubscribe' },
  },
  'failed-temporary-connection-680': { type: 'deferred', tally: 'deferred' },
  'failed-temporary-generic-421': { type: 'deferred', tally: 'deferred' },
  'failed-temporary-greylisted-450': { type: 'deferred', tally: 'deferred' },
  'failed-temporary-mailbox-full-452': { type: 'deferred', tally: 'deferred' },
  'failed-temporary-ratelimit-421-4.7.0': { type: 'deferred', tally: 'deferred' },
  'failed-temporary-throttled-451-batch-template': { type: 'deferred', tally: 'deferred' },
  opened: { type: 'opened', tally: 'opened' },
  'opened-bot-apple': { type: 'opened', tally: 'machineOpened' },
  'opened-bot-generic': { type: 'opened', tally: 'machineOpened' },
  unsubscribed: { type: 'unsubscribed', tally: 'unsubscribed', suppressed: 'unsubscribe' },
};

/** Payloads that never become an event, and why they are refused. */
const REFUSED: Readonly<Record<string, string>> = {
  'missing-signature': 'signature-missing',
};
/** Well-formed, and refused by their signature; `test/receive-webhook` has it. */
const FORGED = ['bad-signature'];

const legacy = webhookNames('legacy');

it('knows where every stored payload ends', () => {
  const known = [...Object.keys(ENDS), ...Object.keys(REFUSED), ...FORGED, ...legacy];

  expect(known.sort()).toEqual(webhookNames().sort());
});

it.each(Object.entries(ENDS))('%s ends as %j', async (name, { type, tally, suppressed }) => {
  const { recordEvents, events, tallies, suppressions, acceptance, deadLetters } =
    await aRecorder();
  const about = {
    recipient: 'ada@example.com',
    'user-variables': ourEvent()['user-variables'],
  };

  const failed = await recordEvents([aRecord({ ...webhookEvent(name), ...about })]);

  expect(failed).toEqual([]);
  expect([...events.rows.values()].map((row) => row.type)).toEqual([type]);
  expect(tallies.sets).toEqual(tally === undefined ? {} : { [`000001/${tally}`]: [0] });
  expect([...suppressions.entries.values()].map(({ reason }) => reason)).toEqual(
    suppressed === undefined ? [] : [suppressed],
  );
  expect(acceptance.accepted).toHaveLength(1);
  expect(deadLetters.letters).toEqual([]);
});

it.each(Object.entries(REFUSED))('%s is refused: %s', (name, reason) => {
  const call = {
    body: webhookBody(name),
    isBase64Encoded: false,
    contentType: 'application/json',
  };

  expect(readWebhookCall(call)).toMatchObject({ reason });
});

it.each(legacy)('%s is refused as a form of before 2018', (name) => {
  const { content_type: contentType, fields } = JSON.parse(webhookBody(name)) as {
    content_type: string;
    fields: [string, string][];
  };
  const body = new URLSearchParams(fields).toString();

  expect(readWebhookCall({ body, isBase64Encoded: false, contentType })).toMatchObject({
    reason: 'legacy-form',
  });
});
