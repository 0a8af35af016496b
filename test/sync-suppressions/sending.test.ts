import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';
import { aSendRequest } from '../support/builders/send-requests';
import { PEPPER as SENDER_PEPPER, Sending } from '../send-batch/sending-fixture';
import { DAY_MS, DOMAIN, HOUR_MS, NOW_MS, PEPPER, Syncer } from './a-syncer';

const ADDRESSES = ['ada@example.com', 'bob@example.com', 'cyd@example.com'];

/** A sender that asks the list a syncer fills; both have peppers of their own in tests. */
async function mailed(syncer: Syncer, tags: readonly string[] = []): Promise<readonly string[]> {
  const digests = new Map(
    ADDRESSES.map((address) => [
      recipientDigest(SENDER_PEPPER, address).toString('hex'),
      recipientDigest(PEPPER, address),
    ]),
  );
  const sending = new Sending();
  sending.suppressions = {
    suppressedAmong: (domain, recipients, given) =>
      syncer.records.suppressedAmong(
        domain,
        recipients.map((one) => digests.get(Buffer.from(one).toString('hex')) ?? one),
        given,
      ),
  };
  const request = aSendRequest({ recipients: ADDRESSES.map((email) => ({ email })) });
  await sending.send({
    ...request,
    domain: DOMAIN,
    message: { ...request.message, tags: [...tags] },
  });
  return sending.gateway.calls[0]?.addresses ?? [];
}

it('leaves out whom a sync found on a list of Mailgun, and mails them once they are removed there', async () => {
  const syncer = new Syncer();
  syncer.lists.put('complaint', 'Bob@example.com', NOW_MS - DAY_MS);
  expect(await mailed(syncer)).toEqual(ADDRESSES);

  await syncer.sync();
  expect(await mailed(syncer)).toEqual(['ada@example.com', 'cyd@example.com']);

  syncer.lists.entries.complaint.clear();
  syncer.nowMs += 2 * HOUR_MS;
  await syncer.sync();
  expect(await mailed(syncer)).toEqual(ADDRESSES);
});

it('leaves out who unsubscribed from a tag, from messages with it', async () => {
  const syncer = new Syncer();
  syncer.lists.put('unsubscribe', 'cyd@example.com', NOW_MS - DAY_MS, ['promo']);
  await syncer.sync();

  expect(await mailed(syncer, ['Promo'])).toEqual(['ada@example.com', 'bob@example.com']);
  expect(await mailed(syncer, ['receipts'])).toEqual(ADDRESSES);
});
