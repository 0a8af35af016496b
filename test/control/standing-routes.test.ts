import { aBatch } from '../support/builders/batches';
import { ControlFixture, NOW } from './control-fixture';

const campaign = { account: 'acme', campaign: 'spring' };
const PAUSE = 'POST /campaigns/{account}/{campaign}/pause';
const RESUME = 'POST /campaigns/{account}/{campaign}/resume';
const DOMAIN = 'GET /domains/{domain}';
const UNBLOCK = 'POST /domains/{domain}/unblock';
const body = { reason: 'wrong price in the subject', actor: 'grace' };
const domain = 'mg.example.com';

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

  it('logs the change without the reason and the actor, who may be named by an address', async () => {
    const fixture = new ControlFixture();

    await fixture.call(PAUSE, campaign, { ...body, actor: 'grace@example.com' });
    await fixture.call(RESUME, campaign, body);

    expect(fixture.logged).toEqual([
      expect.objectContaining({ code: 'campaign-paused', campaignId: 'spring', changed: true }),
      expect.objectContaining({ code: 'campaign-resumed', campaignId: 'spring', changed: true }),
    ]);
    expect(JSON.stringify(fixture.logged)).not.toMatch(/grace|price/);
  });
});

describe('the body of a change', () => {
  it.each([
    [
      'no body',
      undefined,
      'received 0 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'no JSON',
      '{"reason":',
      'received 10 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'no object',
      [1],
      'received 3 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'null',
      'null',
      'received 4 characters that are not a JSON object, expected {"reason": "…", "actor": "…"}',
    ],
    [
      'no actor',
      { reason: 'r' },
      'actor: received undefined, expected one line of 1 to 128 characters',
    ],
    [
      'a number',
      { reason: 5, actor: 'a' },
      'reason: received number, expected one line of 1 to 500 characters',
    ],
    [
      'an empty reason',
      { reason: '  ', actor: 'a' },
      'reason: received 2 characters, expected one line of 1 to 500 characters',
    ],
    [
      'a reason that is too long',
      { reason: 'r'.repeat(501), actor: 'a' },
      'reason: received 501 characters, expected one line of 1 to 500 characters',
    ],
    [
      'two lines',
      { reason: 'r\nr', actor: 'a' },
      'reason: received 3 characters, expected one line of 1 to 500 characters',
    ],
    [
      'an address in the reason',
      { reason: 'ada@example.com complained', actor: 'a' },
      'reason: received an address, expected a text without',
    ],
    [
      'another field',
      { ...body, force: true },
      'received 1 other fields, expected reason and actor only',
    ],
  ] as [string, unknown, string][])('is refused with %s', async (_case, sent, message) => {
    const fixture = new ControlFixture();

    const { status, answer } = await fixture.call(PAUSE, campaign, sent);

    expect(status).toBe(400);
    expect(answer).toEqual({ error: { code: 'malformed-body', message } });
    expect(fixture.controls.campaigns.size).toBe(0);
  });
});

describe('a domain', () => {
  it('is active while nobody acted', async () => {
    const { status, answer } = await new ControlFixture().call(DOMAIN, { domain });

    expect(status).toBe(200);
    expect(answer).toEqual({
      domain,
      status: 'active',
      reason: null,
      heldUntil: null,
      recipientCap: null,
    });
  });

  it('tells what keeps it from sending', async () => {
    const fixture = new ControlFixture();
    fixture.controls.domains.set(domain, {
      standing: 'blocked',
      reason: 'the key was revoked',
      heldUntilMs: NOW + 1000,
      recipientCap: 100,
    });

    const { answer } = await fixture.call(DOMAIN, { domain: 'MG.example.com' });

    expect(answer).toEqual({
      domain,
      status: 'blocked',
      reason: 'the key was revoked',
      heldUntil: '2026-12-01T00:00:01.000Z',
      recipientCap: 100,
    });
  });

  it('is not held by a hold that is over', async () => {
    const fixture = new ControlFixture();
    fixture.controls.domains.set(domain, { standing: 'active', heldUntilMs: NOW });

    expect((await fixture.call(DOMAIN, { domain })).answer['heldUntil']).toBeNull();
  });

  it('is unblocked once', async () => {
    const fixture = new ControlFixture();
    fixture.controls.domains.set(domain, { standing: 'blocked', reason: 'the key was revoked' });

    const first = await fixture.call(UNBLOCK, { domain }, body);
    const second = await fixture.call(UNBLOCK, { domain }, body);

    expect(first.answer).toMatchObject({ status: 'active', reason: null, changed: true });
    expect(second.answer).toMatchObject({ status: 'active', changed: false });
    expect(fixture.logged).toContainEqual(
      expect.objectContaining({ code: 'domain-unblocked', domain, changed: true }),
    );
  });

  it.each(['', 'no domain', '-x', 'a/b'])('is 400 when it is "%s"', async (unfit) => {
    const { status, answer } = await new ControlFixture().call(DOMAIN, { domain: unfit });

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'invalid-domain' } });
  });
});
