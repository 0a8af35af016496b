import { NOTHING_FOUND } from '../../lambdas/core/batch/release-request';
import { PermanentError, TransientError } from '../../lambdas/core/errors';
import { A_DAY_MS, change, everything, NOW_MS, Releaser } from './a-releaser';

const acme = { accountId: 'acme', campaignId: 'spring-sale' };

it('puts a payload back as it came, frees its batch and forgets it', async () => {
  const releaser = new Releaser();
  await releaser.park({ batchId: '1', messageId: 'm1' }, { groupId: 'acme' });
  await releaser.park({ batchId: '2', messageId: 'm2' });

  await releaser.release();

  expect(releaser.queue).toEqual([{ body: 'body of 1', groupId: 'acme' }, { body: 'body of 2' }]);
  expect(releaser.unparked).toEqual(['1 m1', '2 m2']);
  expect(releaser.parked.bodies).toEqual([]);
  expect(releaser.continued).toEqual([]);
});

it.each<[string, (releaser: Releaser) => Promise<unknown>]>([
  ['its campaign is paused', ({ controls }) => controls.pauseCampaign(acme, change)],
  ['its account is suspended', ({ controls }) => controls.suspendAccount('acme', change)],
  ['its domain is blocked', ({ controls }) => controls.blockDomain('mg.example.com', change)],
])('leaves a payload where it is while %s, and releases the others', async (_why, forbid) => {
  const releaser = new Releaser({ pageSize: 2 });
  for (const batchId of ['1', '2', '3']) await releaser.park({ batchId });
  await releaser.park({
    ...{ accountId: 'globex', batchId: '4', domain: 'mail.example.org' },
  });
  await forbid(releaser);

  await releaser.release();

  expect(releaser.queued).toEqual(['4']);
  expect(releaser.parked.bodies).toHaveLength(3);
});

it('releases what is of a cancelled campaign, so that it is closed', async () => {
  const releaser = new Releaser();
  await releaser.park({ batchId: '1' });
  await releaser.controls.suspendAccount('acme', change);
  await releaser.controls.cancelCampaign(acme, change);

  await releaser.release();

  expect(releaser.queued).toEqual(['1']);
});

it('lets what is too old for a queue wait out a hold, and nothing else', async () => {
  const releaser = new Releaser();
  await releaser.park({ batchId: '1' }, { cause: 'aged' });
  await releaser.park({ batchId: '2' }, { cause: 'domain-blocked' });
  const hold = { untilMs: NOW_MS + 60_000, reason: 'limit', atMs: NOW_MS, notified: false };
  await releaser.controls.holdDomain('mg.example.com', hold);

  await releaser.release();
  expect(releaser.queued).toEqual(['2']);

  releaser.nowMs = NOW_MS + 60_000;
  await releaser.release();
  expect(releaser.queued).toEqual(['2', '1']);
});

it('looks at the scope it is asked for only', async () => {
  const releaser = new Releaser();
  await releaser.park({ batchId: '1' });
  await releaser.park({ batchId: '2', campaignId: 'autumn-sale' });

  await releaser.release({ ...everything, scope: { scope: 'campaign', ...acme } });

  expect(releaser.queued).toEqual(['1']);
});

it('reads the standings of a campaign once a page', async () => {
  const releaser = new Releaser({ pageSize: 3 });
  for (const batchId of ['1', '2', '3', '4']) await releaser.park({ batchId });
  const standings = jest.spyOn(releaser.controls, 'standings');

  await releaser.release();

  expect(standings).toHaveBeenCalledTimes(2);
});

describe('speed and time', () => {
  it('puts no more back a second than configured', async () => {
    const releaser = new Releaser({ batchesPerSecond: 5, pageSize: 4 });
    for (let batch = 10; batch < 31; batch += 1) await releaser.park({ batchId: String(batch) });

    await releaser.release();

    expect(releaser.queue).toHaveLength(21);
    expect(releaser.nowMs - NOW_MS).toBe(4_000);
  });

  it('hands over what is left 20 s before the invocation ends, and nothing is left out', async () => {
    const releaser = new Releaser({ batchesPerSecond: 1, pageSize: 4 });
    const batches = Array.from({ length: 30 }, (_, index) => String(index + 10));
    for (const batchId of batches) await releaser.park({ batchId });

    await releaser.release(everything, 30_000);
    expect(releaser.nowMs - NOW_MS).toBeLessThanOrEqual(11_000);
    expect(releaser.continued).toHaveLength(1);

    while (releaser.continued.length > 0)
      await releaser.release(releaser.continued.shift(), 30_000);
    expect(releaser.queued).toEqual(batches);
    expect(releaser.parked.bodies).toEqual([]);
  });

  it('goes on from where it stopped, with what it had found', async () => {
    const releaser = new Releaser({ pageSize: 2, batchesPerSecond: 1 });
    const spoilt = await releaser.park({ batchId: '1' });
    releaser.parked.spoil(spoilt);
    for (const batchId of ['2', '3', '4']) await releaser.park({ batchId });

    await releaser.release({ ...everything, tells: true }, 20_900);

    expect(releaser.queued).toEqual(['2', '3']);
    expect(releaser.continued).toEqual([
      {
        scope: { scope: 'all' },
        after: 'acme/spring-sale/2/mg.example.com/d3b07384-d113-4ec6-a7f4-0a2d1e5d6b11',
        findings: { unreadable: 1, parkedTooLong: 0 },
        tells: true,
      },
    ]);
  });
});

describe('a payload that nobody can read', () => {
  it('stays, is logged, keeps no other one parked, and fails the walk at its end', async () => {
    const releaser = new Releaser({ pageSize: 2 });
    releaser.parked.spoil(await releaser.park({ batchId: '1' }));
    for (const batchId of ['2', '3', '4']) await releaser.park({ batchId });

    await expect(releaser.release()).rejects.toThrow(PermanentError);

    expect(releaser.queued).toEqual(['2', '3', '4']);
    expect(releaser.parked.bodies).toEqual(['body of 1']);
    expect(releaser.log.withCode('parked-payload-unreadable')).toHaveLength(1);
  });

  it('fails the walk also when an earlier part of it met it', async () => {
    const releaser = new Releaser();
    const findings = { ...NOTHING_FOUND, unreadable: 1 };

    await expect(releaser.release({ ...everything, findings })).rejects.toMatchObject({
      code: 'unreadable-payloads',
    });
  });
});

it('ends at a fault of a store, with everything where it was', async () => {
  const releaser = new Releaser();
  await releaser.park({ batchId: '1' });
  releaser.controls.fault = new TransientError('the table is away');

  await expect(releaser.release()).rejects.toThrow(TransientError);

  expect(releaser.parked.bodies).toEqual(['body of 1']);
});

describe('telling of what is parked for too long', () => {
  const twoOfThreeOld = async () => {
    const releaser = new Releaser({ pageSize: 2 });
    releaser.nowMs = NOW_MS - 69 * A_DAY_MS;
    await releaser.park({ batchId: '1' });
    await releaser.park({ batchId: '2' });
    releaser.nowMs = NOW_MS - 69 * A_DAY_MS + 1;
    await releaser.park({ batchId: '3' });
    releaser.nowMs = NOW_MS;
    await releaser.controls.pauseCampaign(acme, change);
    return releaser;
  };

  it('happens once a walk, with counts and no names', async () => {
    const releaser = await twoOfThreeOld();

    await releaser.release({ ...everything, tells: true });

    expect(releaser.notifier.notifications).toMatchObject([
      { type: 'batch.parkedTooLong', details: { batches: 2, parkedDays: 76 } },
    ]);
  });

  it('happens in walks that are to tell only', async () => {
    const releaser = await twoOfThreeOld();

    await releaser.release();

    expect(releaser.notifier.notifications).toEqual([]);
  });

  it('does not happen for what is released', async () => {
    const releaser = await twoOfThreeOld();
    await releaser.controls.resumeCampaign(acme, change);

    await releaser.release({ ...everything, tells: true });

    expect(releaser.queued).toEqual(['1', '2', '3']);
    expect(releaser.notifier.notifications).toEqual([]);
  });

  it('does not happen at once where payloads are kept for a few days only', async () => {
    const releaser = new Releaser();
    await releaser.park({ batchId: '1' });
    await releaser.controls.pauseCampaign(acme, change);
    Object.assign(releaser.dependencies, { parkedDays: 4 });

    await releaser.release({ ...everything, tells: true });
    expect(releaser.notifier.notifications).toHaveLength(0);

    releaser.nowMs = NOW_MS + 2 * A_DAY_MS;
    await releaser.release({ ...everything, tells: true });
    expect(releaser.notifier.notifications).toHaveLength(1);
  });
});
