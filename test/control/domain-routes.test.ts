import { ControlFixture, NOW } from './control-fixture';

const DOMAIN = 'GET /domains/{domain}';
const HISTORY = 'GET /domains/{domain}/history';
const BLOCK = 'POST /domains/{domain}/block';
const UNBLOCK = 'POST /domains/{domain}/unblock';
const body = { reason: 'wrong price in the subject', actor: 'grace' };
const domain = 'mg.example.com';

/** What the fixture's breaker, governor and journal of syncs say. */
const sending = {
  breaker: { state: 'closed', openSince: null, until: null, calls: 3, faults: 1 },
  allowance: { recipientsPerSecond: 50, usedToday: 7, budgetToday: null },
  suppressionSync: { lastCompleteAt: null, failingSince: null, failure: null },
};

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
      health: null,
      ...sending,
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
      health: null,
      ...sending,
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

  it('that is not configured has no allowance', async () => {
    const { answer } = await new ControlFixture().call(DOMAIN, { domain: 'other.example.com' });

    expect(answer['allowance']).toBeNull();
  });

  it('tells since when and until when its breaker is open', async () => {
    const open = { state: 'open' as const, openSinceMs: NOW, untilMs: NOW + 1000 };
    const fixture = new ControlFixture({
      breaker: { read: () => Promise.resolve({ ...open, calls: 9, faults: 8 }) },
    });

    expect((await fixture.call(DOMAIN, { domain })).answer['breaker']).toEqual({
      state: 'open',
      openSince: '2026-12-01T00:00:00.000Z',
      until: '2026-12-01T00:00:01.000Z',
      calls: 9,
      faults: 8,
    });
  });

  it('is blocked once, told once, and its history kept', async () => {
    const fixture = new ControlFixture();

    const first = await fixture.call(BLOCK, { domain }, body);
    const second = await fixture.call(BLOCK, { domain }, body);
    await fixture.call(UNBLOCK, { domain }, body);

    expect(first.answer).toMatchObject({ status: 'blocked', reason: body.reason, changed: true });
    expect(second.answer).toMatchObject({ status: 'blocked', changed: false });
    expect(fixture.notifier.notifications).toMatchObject([
      { type: 'domain.blocked', domain, reason: body.reason },
      { type: 'domain.released', domain, reason: body.reason },
    ]);
    expect((await fixture.call(HISTORY, { domain })).answer).toMatchObject({
      domain,
      entries: [{ standing: 'blocked', actor: 'grace' }, { standing: 'active' }],
    });
  });

  it('releases what is parked for it when it is unblocked, also the second time', async () => {
    const fixture = new ControlFixture();

    await fixture.call(BLOCK, { domain }, body);
    expect(fixture.releases).toEqual([]);
    await fixture.call(UNBLOCK, { domain }, body);
    await fixture.call(UNBLOCK, { domain }, body);

    expect(fixture.releases).toEqual([
      { scope: 'domain', domain },
      { scope: 'domain', domain },
    ]);
  });
});
