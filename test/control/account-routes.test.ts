import { ControlFixture, NOW } from './control-fixture';

const ACCOUNT = 'GET /accounts/{account}';
const HISTORY = 'GET /accounts/{account}/history';
const SUSPEND = 'POST /accounts/{account}/suspend';
const REINSTATE = 'POST /accounts/{account}/reinstate';
const body = { reason: 'invoices are open', actor: 'grace' };
const account = { account: 'acme' };
const accountId = 'acme';

describe('an account', () => {
  it('is active while nobody acted', async () => {
    const { status, answer } = await new ControlFixture().call(ACCOUNT, account);

    expect(status).toBe(200);
    expect(answer).toEqual({
      ...{ accountId, status: 'active', reason: null, since: null },
      ...{ automaticPauses: [], guard: null },
    });
  });

  it('is suspended once, until it is reinstated', async () => {
    const fixture = new ControlFixture();

    const suspended = await fixture.call(SUSPEND, account, body);
    const again = await fixture.call(SUSPEND, account, { ...body, reason: 'other' });
    expect(suspended.answer).toEqual({
      ...{ accountId, status: 'suspended', reason: body.reason, since: '2026-12-01T00:00:00.000Z' },
      changed: true,
    });
    expect(again.answer).toMatchObject({ reason: body.reason, changed: false });
    expect((await fixture.call(ACCOUNT, account)).answer).toMatchObject({ status: 'suspended' });

    const reinstated = await fixture.call(REINSTATE, account, body);
    expect(reinstated.answer).toMatchObject({ status: 'active', reason: null, changed: true });
  });

  it('shows its automatic pauses of 30 days, and why the guard suspended it', async () => {
    const fixture = new ControlFixture();
    const campaign = (campaignId: string) => ({ accountId, campaignId });
    await fixture.accountLog.notePause(campaign('old'), NOW - 30 * 86_400_000);
    await fixture.accountLog.notePause(campaign('spring'), NOW - 86_400_000);
    const reason = '3 campaigns were paused by the guard in 30 days, the limit is 3';
    await fixture.controls.suspendAccount(accountId, { reason, actor: 'guard', atMs: NOW - 1 });
    const figures = { pauses: 3, days: 30, threshold: 3 };
    fixture.guardRecords.entries.set(accountId, {
      ...{ nextAtMs: 0, token: 'a' },
      facts: {
        ...{ level: 'none', warned: [], evaluatedAtMs: NOW - 2 },
        act: { atMs: NOW - 1, reason, figures, isDone: true },
      },
    });

    const { answer } = await fixture.call(ACCOUNT, account);

    expect(answer).toEqual({
      ...{ accountId, status: 'suspended', reason, since: '2026-11-30T23:59:59.999Z' },
      automaticPauses: [{ campaignId: 'spring', at: '2026-11-30T00:00:00.000Z' }],
      guard: { level: 'pause', trigger: figures, evaluatedAt: '2026-11-30T23:59:59.998Z' },
    });
  });

  it('is told of once a change, with who and why', async () => {
    const fixture = new ControlFixture();
    for (const route of [SUSPEND, SUSPEND, REINSTATE, REINSTATE]) {
      await fixture.call(route, account, body);
    }

    const told = { accountId, reason: body.reason, details: { actor: 'grace' } };
    expect(fixture.notifier.notifications).toMatchObject([
      { type: 'account.suspended', ...told },
      { type: 'account.reinstated', ...told },
    ]);
  });

  it('releases what is parked when it is reinstated, also the second time, and not before', async () => {
    const fixture = new ControlFixture();

    await fixture.call(SUSPEND, account, body);
    expect(fixture.releases).toEqual([]);
    await fixture.call(REINSTATE, account, body);
    await fixture.call(REINSTATE, account, body);

    expect(fixture.releases).toEqual([
      { scope: 'account', accountId },
      { scope: 'account', accountId },
    ]);
  });

  it('keeps its history', async () => {
    const fixture = new ControlFixture();
    await fixture.call(SUSPEND, account, body);
    await fixture.call(REINSTATE, account, { ...body, actor: 'ada' });

    expect((await fixture.call(HISTORY, account)).answer).toMatchObject({
      accountId,
      entries: [
        { standing: 'suspended', actor: 'grace' },
        { standing: 'active', actor: 'ada' },
      ],
    });
  });

  it('is 400 when its id is not one', async () => {
    const { status, answer } = await new ControlFixture().call(ACCOUNT, { account: 'a b' });

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'invalid-id' } });
  });
});
