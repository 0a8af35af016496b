import { partsOf } from '../../lambdas/core/report/recipient-parts';
import { aSendRequest } from '../support/builders/send-requests';
import { NOW, Sending } from './sending-fixture';

const done = { disposition: 'done' };
const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
const change = { reason: 'enough', actor: 'a person', atMs: NOW };
let sending: Sending;

beforeEach(() => {
  sending = new Sending();
});

const parts = async () => {
  const books = await sending.ledger.readBatch({ ...campaign, batchId: '000001' });
  return books === undefined ? undefined : partsOf(books);
};

describe('a batch that only a person can release', () => {
  it.each([
    ['campaign-paused', () => sending.controls.pauseCampaign(campaign, change)],
    ['account-suspended', () => sending.controls.suspendAccount('acme', change)],
    ['domain-blocked', () => sending.controls.blockDomain('mg.example.com', change)],
  ])('is set aside (%s), visibly, and its message goes', async (cause, forbid) => {
    await forbid();

    expect(await sending.send(aSendRequest())).toEqual(done);

    expect(sending.gateway.calls).toEqual([]);
    expect(sending.parked.get('message-1')).toMatchObject({
      cause,
      body: JSON.stringify(aSendRequest()),
      parkedAtMs: NOW,
    });
    expect(await parts()).toMatchObject({ parked: 3, pending: 0 });
  });

  it('keeps the message group with its payload, where there is one, and is seen in the log', async () => {
    await sending.controls.pauseCampaign(campaign, change);
    await sending.send(aSendRequest());
    expect(sending.parked.get('message-1')).not.toHaveProperty('groupId');

    sending.groupId = 'acme';
    await sending.send(aSendRequest());

    expect(sending.parked.get('message-1')).toHaveProperty('groupId', 'acme');
    expect(sending.logged).toContainEqual([
      'batch parked',
      { code: 'batch-parked', ...campaign, batchId: '000001', cause: 'campaign-paused' },
    ]);
  });

  it('goes on when it was released while it was being set aside, and leaves its payload to the sweep', async () => {
    await sending.controls.pauseCampaign(campaign, change);
    const put = sending.parked.set.bind(sending.parked);
    sending.parked.set = (name, payload) => {
      void sending.controls.resumeCampaign(campaign, change);
      return put(name, payload);
    };

    expect(await sending.send(aSendRequest())).toEqual({
      ...{ disposition: 'wait', untilMs: NOW, reason: 'released' },
    });
    expect(sending.parked.size).toBe(1);
    expect(await parts()).toMatchObject({ parked: 0, pending: 3 });
    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('is set aside again without harm when its message comes twice', async () => {
    await sending.controls.pauseCampaign(campaign, change);
    for (let receive = 0; receive < 10; receive += 1) await sending.send(aSendRequest());

    expect(sending.parked.size).toBe(1);
    expect(sending.letters).toEqual([]);
  });

  it('goes out once it comes back', async () => {
    await sending.controls.pauseCampaign(campaign, change);
    await sending.send(aSendRequest());
    await sending.controls.resumeCampaign(campaign, change);

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(await parts()).toMatchObject({ accepted: 3, parked: 0 });
  });
});

describe('a cancelled campaign', () => {
  it('accounts for everyone it did not mail, without a call', async () => {
    await sending.controls.cancelCampaign(campaign, change);

    expect(await sending.send(aSendRequest())).toEqual(done);

    expect(sending.gateway.calls).toEqual([]);
    expect(await parts()).toMatchObject({ refused: 3, pending: 0, parked: 0 });
    expect(await sending.stored()).toMatchObject({ state: 'refused', reason: 'cancelled' });
  });

  it('leaves those it mailed as they are', async () => {
    await sending.send(aSendRequest());
    await sending.controls.cancelCampaign(campaign, change);

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(await parts()).toMatchObject({ accepted: 3, refused: 0 });
  });

  it('still settles what is in doubt, and closes what Mailgun never had', async () => {
    sending.gateway.script = () => ({ outcome: 'unknown', cause: 'timeout' });
    await sending.send(aSendRequest());
    await sending.controls.cancelCampaign(campaign, change);
    expect(await parts()).toMatchObject({ inDoubt: 3 });

    await sending.sendUntilDone(aSendRequest());

    expect(sending.gateway.calls).toHaveLength(1);
    expect(await parts()).toMatchObject({ inDoubt: 0, refused: 3 });
  });

  it('does not call refused what Mailgun has, also where doubts are not verified but retried', async () => {
    sending.onUnknownOutcome = 'retry';
    sending.gateway.script = () => ({ outcome: 'unknown', cause: 'timeout' });
    await sending.send(aSendRequest());
    await sending.controls.cancelCampaign(campaign, change);
    sending.found = { result: 'found', messageId: 'taken@mg.example.com' };

    await sending.sendUntilDone(aSendRequest());

    expect(sending.gateway.calls).toHaveLength(1);
    expect(await parts()).toMatchObject({ accepted: 3, refused: 0 });
  });
});

it('sets aside what comes near the time its queue would drop it', async () => {
  await sending.controls.holdDomain('mg.example.com', {
    ...{ untilMs: NOW + 3_600_000, reason: '429', atMs: NOW, notified: false },
  });
  sending.sentAtMs = NOW - 10 * 86_400_000 - 1;

  expect(await sending.send(aSendRequest())).toEqual(done);
  expect(sending.parked.get('message-1')).toMatchObject({ cause: 'aged' });
  expect(sending.letters).toEqual([]);
});
