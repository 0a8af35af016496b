import { TransientError } from '../../lambdas/core/errors';
import { ADDRESSES, aRecord, aRecorder, NOW_MS, ourEvent, theSubmission } from './a-recorder';

const { accountId, campaignId } = theSubmission;
const subject = { subject: 'campaign', campaign: { accountId, campaignId } };

const bounce = (recipient = ADDRESSES[0]!) =>
  aRecord(
    ourEvent({
      ...{ event: 'failed', severity: 'permanent', reason: 'bounce', recipient },
      'delivery-status': { code: 550, 'enhanced-code': '5.1.1' },
    }),
  );
const event = (name: string, recipient = ADDRESSES[0]!) =>
  aRecord(ourEvent({ event: name, recipient }));

const wakeUps = ({ guardRequests }: Awaited<ReturnType<typeof aRecorder>>) => guardRequests.puts;

describe('the guard', () => {
  it.each([
    ['a bounce', bounce(), 1],
    ['a complaint', event('complained'), 1],
    ['a delivery', event('delivered'), 0],
    ['an unsubscribe', event('unsubscribed'), 0],
    ['an open', event('opened'), 0],
  ])('is woken or not by %s', async (_what, record, count) => {
    const recorder = await aRecorder();

    expect(await recorder.recordEvents([record])).toEqual([]);

    expect(wakeUps(recorder)).toHaveLength(count);
  });

  it('is not woken by test mode, nor by who is not in the batch', async () => {
    const recorder = await aRecorder();
    const test = aRecord(ourEvent({ event: 'complained', flags: { 'is-test-mode': true } }));

    await recorder.recordEvents([test, event('complained', 'eve@example.com')]);

    expect(wakeUps(recorder)).toEqual([]);
    expect(await recorder.watchList.list(NOW_MS)).toEqual([]);
  });

  it('is woken once for many, at once, after everything is written', async () => {
    const recorder = await aRecorder();
    const { put } = recorder.guardRequests;
    let bouncedByThen: unknown;
    recorder.guardRequests.put = (...given) => {
      bouncedByThen = recorder.tallies.sets['000001/bounced'];
      return put.apply(recorder.guardRequests, given);
    };

    await recorder.recordEvents(ADDRESSES.map((address) => bounce(address)));

    expect(wakeUps(recorder)).toEqual([
      { request: { request: 'evaluate', subject, dueAtMs: NOW_MS }, delaySeconds: 0 },
    ]);
    expect(bouncedByThen).toEqual([0, 1, 2]);
  });

  it('is woken every 15 s at most, and after every bounce', async () => {
    const recorder = await aRecorder();
    const dueAfterMs: number[] = [];

    for (const atMs of [0, 0, 5_000, 14_999, 15_000, 15_001, 29_000, 70_000]) {
      recorder.time.ms = NOW_MS + atMs;
      const before = wakeUps(recorder).length;
      await recorder.recordEvents([bounce()]);
      const last = wakeUps(recorder).at(-1)!.request;
      const dueAtMs = (last.request === 'evaluate' && last.dueAtMs) || 0;
      expect(dueAtMs).toBeGreaterThanOrEqual(recorder.time.ms);
      if (wakeUps(recorder).length > before) dueAfterMs.push(dueAtMs - NOW_MS);
    }

    expect(dueAfterMs.length).toBeLessThanOrEqual(5);
    for (const [index, ms] of dueAfterMs.slice(1).entries()) {
      expect(ms - dueAfterMs[index]!).toBeGreaterThanOrEqual(15_000);
    }
  });

  it('is woken again for a bounce of the moment in which it was woken: it may have looked by then', async () => {
    const recorder = await aRecorder();
    await recorder.recordEvents([bounce()]);

    await recorder.recordEvents([bounce(ADDRESSES[1])]);

    expect(wakeUps(recorder).map(({ delaySeconds }) => delaySeconds)).toEqual([0, 15]);
  });

  it('is woken later: a wake-up that fails brings its records back', async () => {
    const recorder = await aRecorder();
    const records = [bounce(), event('delivered', ADDRESSES[1])];
    recorder.guardRequests.fault = new TransientError('the guard queue did not take the request');

    expect(await recorder.recordEvents(records)).toEqual(records.map(({ messageId }) => messageId));
    expect(recorder.log.text).toContain('the guard queue did not take the request');

    recorder.guardRequests.fault = undefined;
    expect(await recorder.recordEvents(records)).toEqual([]);
    expect(wakeUps(recorder)).toHaveLength(1);
    expect(recorder.tallies.sets).toMatchObject({ '000001/bounced': [0], '000001/delivered': [1] });
  });
});

describe('a campaign', () => {
  it.each([
    ['delivered', true],
    ['complained', true],
    ['opened', false],
    ['clicked', false],
  ])('is watched or not when somebody is %s', async (name, isWatched) => {
    const recorder = await aRecorder();

    await recorder.recordEvents([event(name)]);

    expect(await recorder.watchList.list(NOW_MS)).toEqual(
      isWatched ? [{ accountId, campaignId }] : [],
    );
  });

  it('is noted once in ten minutes', async () => {
    const recorder = await aRecorder();

    for (const atMs of [0, 1, 599_999, 600_000]) {
      recorder.time.ms = NOW_MS + atMs;
      await recorder.recordEvents([event('delivered')]);
    }

    expect(recorder.watchList.writes).toBe(2);
  });

  it('that can’t be noted brings its records back', async () => {
    const recorder = await aRecorder();
    recorder.watchList.fault = new TransientError('could not watch a campaign');
    const record = bounce();

    expect(await recorder.recordEvents([record])).toEqual([record.messageId]);
    expect(wakeUps(recorder)).toEqual([]);
  });
});
