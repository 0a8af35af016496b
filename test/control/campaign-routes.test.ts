import { TransientError } from '../../lambdas/core/errors';
import { aBatch } from '../support/builders/batches';
import { ControlFixture, NOW } from './control-fixture';

const campaign = { account: 'acme', campaign: 'spring' };
const key = { accountId: 'acme', campaignId: 'spring' };
const PAUSE = 'POST /campaigns/{account}/{campaign}/pause';
const RESUME = 'POST /campaigns/{account}/{campaign}/resume';
const CANCEL = 'POST /campaigns/{account}/{campaign}/cancel';
const DOUBTS = 'POST /campaigns/{account}/{campaign}/doubts';
const HISTORY = 'GET /campaigns/{account}/{campaign}/history';
const body = { reason: 'wrong price in the subject', actor: 'grace' };

describe('pausing and resuming a campaign', () => {
  it('pauses it, and tells that it did', async () => {
    const fixture = new ControlFixture();
    fixture.batches.set('spring', [{ batch: aBatch(), submissions: [] }]);

    const { status, answer } = await fixture.call(PAUSE, campaign, body);

    expect(status).toBe(200);
    expect(answer).toEqual({
      accountId: 'acme',
      campaignId: 'spring',
      status: 'paused',
      reason: body.reason,
      changed: true,
      begun: true,
    });
    expect(await fixture.controls.campaign({ accountId: 'acme', campaignId: 'spring' })).toEqual({
      standing: 'paused',
      reason: body.reason,
      sinceMs: NOW,
    });
  });

  it('changes nothing the second time, and keeps the first reason', async () => {
    const fixture = new ControlFixture();
    await fixture.call(PAUSE, campaign, body);

    const { status, answer } = await fixture.call(PAUSE, campaign, { ...body, reason: 'other' });

    expect(status).toBe(200);
    expect(answer).toMatchObject({ status: 'paused', reason: body.reason, changed: false });
  });

  it('pauses a campaign ahead of its first batch, and tells that none was begun', async () => {
    const { answer } = await new ControlFixture().call(PAUSE, campaign, body);

    expect(answer).toMatchObject({ status: 'paused', begun: false });
  });

  it('resumes it', async () => {
    const fixture = new ControlFixture();
    await fixture.call(PAUSE, campaign, body);

    const { status, answer } = await fixture.call(RESUME, campaign, body);

    expect(status).toBe(200);
    expect(answer).toMatchObject({ status: 'active', reason: null, changed: true });
  });

  it('changes nothing by resuming an active campaign', async () => {
    const { status, answer } = await new ControlFixture().call(RESUME, campaign, body);

    expect(status).toBe(200);
    expect(answer).toMatchObject({ status: 'active', changed: false });
  });

  it.each([PAUSE, RESUME])('%s is 409 for a cancelled campaign', async (routeKey) => {
    const fixture = new ControlFixture();
    fixture.controls.campaigns.set('acme/spring', { standing: 'cancelled', reason: 'mistake' });

    const { status, answer } = await fixture.call(routeKey, campaign, body);

    expect(status).toBe(409);
    expect(answer).toMatchObject({ error: { code: 'standing-conflict' } });
  });

  it('logs the change without the reason and the actor', async () => {
    const fixture = new ControlFixture();

    await fixture.call(PAUSE, campaign, body);
    await fixture.call(RESUME, campaign, body);

    expect(fixture.logged).toEqual([
      expect.objectContaining({ code: 'campaign-paused', campaignId: 'spring', changed: true }),
      expect.objectContaining({ code: 'campaign-resumed', campaignId: 'spring', changed: true }),
    ]);
    expect(JSON.stringify(fixture.logged)).not.toMatch(/grace|price/);
  });
});

describe('cancelling a campaign', () => {
  it.each(['active', 'paused'] as const)('cancels one that is %s, for good', async (standing) => {
    const fixture = new ControlFixture();
    fixture.controls.campaigns.set('acme/spring', { standing });

    const { status, answer } = await fixture.call(CANCEL, campaign, body);

    expect(status).toBe(200);
    expect(answer).toMatchObject({ status: 'cancelled', reason: body.reason, changed: true });
    expect((await fixture.call(RESUME, campaign, body)).status).toBe(409);
  });

  it('changes nothing the second time', async () => {
    const fixture = new ControlFixture();
    await fixture.call(CANCEL, campaign, body);

    const { status, answer } = await fixture.call(CANCEL, campaign, { ...body, reason: 'other' });

    expect(status).toBe(200);
    expect(answer).toMatchObject({ status: 'cancelled', reason: body.reason, changed: false });
  });
});

describe('what follows from a change', () => {
  const paused = () => {
    const fixture = new ControlFixture();
    fixture.controls.campaigns.set('acme/spring', { standing: 'paused' });
    return fixture;
  };

  it.each([
    [RESUME, 'campaign.resumed'],
    [CANCEL, 'campaign.cancelled'],
  ])('%s notifies once, with who and why', async (route, type) => {
    const fixture = paused();

    await fixture.call(route, campaign, body);
    await fixture.call(route, campaign, body);

    expect(fixture.notifier.notifications).toEqual([
      {
        ...{ version: 1, type, at: '2026-12-01T00:00:00.000Z', ...key },
        ...{ reason: body.reason, details: { actor: 'grace' } },
      },
    ]);
  });

  it('a pause notifies once, and releases nothing', async () => {
    const fixture = new ControlFixture();

    await fixture.call(PAUSE, campaign, body);
    await fixture.call(PAUSE, campaign, body);

    expect(fixture.notifier.notifications.map(({ type }) => type)).toEqual(['campaign.paused']);
    expect(fixture.releases).toEqual([]);
  });

  it.each([RESUME, CANCEL])(
    '%s asks for a release, also where the call that changed it died before it could',
    async (route) => {
      const fixture = paused();
      fixture.releaseFault = new TransientError('the queue did not answer');
      expect((await fixture.call(route, campaign, body)).status).toBe(503);
      expect(fixture.releases).toEqual([]);

      fixture.releaseFault = undefined;
      const { status, answer } = await fixture.call(route, campaign, body);

      expect(status).toBe(200);
      expect(answer).toMatchObject({ changed: false });
      expect(fixture.releases).toEqual([{ scope: 'campaign', ...key }]);
    },
  );

  it('the standing has changed by the time a release is asked for', async () => {
    const fixture = paused();
    const standings: string[] = [];
    fixture.releases.push = () => {
      standings.push(fixture.controls.campaigns.get('acme/spring')?.standing ?? '');
      return 0;
    };

    await fixture.call(RESUME, campaign, body);

    expect(standings).toEqual(['active']);
  });
});

describe('a word on what is in doubt', () => {
  it('is stored for calls made before now, and what is parked is released', async () => {
    const fixture = new ControlFixture();

    const { status, answer } = await fixture.call(DOUBTS, campaign, {
      ...body,
      decision: 'resend',
    });

    expect(status).toBe(200);
    expect(answer).toEqual({
      ...key,
      decision: 'resend',
      before: '2026-12-01T00:00:00.000Z',
      begun: false,
    });
    expect((await fixture.controls.campaign(key)).doubtDecision).toEqual({
      decision: 'resend',
      atMs: NOW,
    });
    expect(fixture.releases).toEqual([{ scope: 'campaign', ...key }]);
  });

  it.each([
    ['no decision', body, 'decision: received another undefined, expected resend or accept'],
    [
      'another decision',
      { ...body, decision: 'maybe' },
      'decision: received another string, expected resend or accept',
    ],
    [
      'another field',
      { ...body, decision: 'accept', force: true },
      'received 1 other fields, expected decision, reason and actor only',
    ],
    [
      'no body',
      undefined,
      'received 0 characters that are not a JSON object, expected {"decision": "…", "reason": "…", "actor": "…"}',
    ],
  ] as [string, unknown, string][])('is refused with %s', async (_case, sent, message) => {
    const { status, answer } = await new ControlFixture().call(DOUBTS, campaign, sent);

    expect(status).toBe(400);
    expect(answer).toEqual({ error: { code: 'malformed-body', message } });
  });
});

describe('the history of a campaign', () => {
  it('tells every change and every word on doubts, oldest first', async () => {
    const fixture = new ControlFixture();
    await fixture.call(PAUSE, campaign, body);
    await fixture.call(DOUBTS, campaign, { ...body, decision: 'accept' });
    await fixture.call(CANCEL, campaign, { ...body, actor: 'ada' });

    const { status, answer } = await fixture.call(HISTORY, campaign);

    const at = '2026-12-01T00:00:00.000Z';
    expect(status).toBe(200);
    expect(answer).toEqual({
      ...key,
      entries: [
        { at, ...body, standing: 'paused' },
        { at, ...body, doubts: 'accept' },
        { at, reason: body.reason, actor: 'ada', standing: 'cancelled' },
      ],
    });
  });

  it('is empty where nobody acted', async () => {
    expect((await new ControlFixture().call(HISTORY, campaign)).answer).toEqual({
      ...key,
      entries: [],
    });
  });
});
