import type { SuppressionReason } from '../../lambdas/core/suppression/suppression';
import { withListed } from '../../lambdas/core/suppression/suppression-record';
import { ControlFixture, digestOf, NOW } from './control-fixture';

const ROUTE = '/domains/{domain}/suppressions/{email}';
const parameters = { domain: 'mg.example.com', email: 'Ada@example.com' };
const body = { reason: 'she wrote to support', actor: 'bob' };
const recipient = digestOf('ada@example.com');
const HOUR = 3_600_000;

let control: ControlFixture;
let nowMs: number;

beforeEach(() => {
  nowMs = NOW;
  control = new ControlFixture({ clock: () => nowMs });
});

const show = (given = parameters) => control.call(`GET ${ROUTE}`, given);
const remove = (given: unknown = body) => control.call(`DELETE ${ROUTE}`, parameters, given);

const tell = (reason: SuppressionReason, observedAtMs: number) =>
  control.suppressionRecords.add({
    ...{ domain: 'mg.example.com', recipient, reason },
    ...{ cause: `webhook:${reason}`, observedAtMs },
  });

const isSuppressed = async () =>
  (await control.suppressionRecords.suppressedAmong('mg.example.com', [recipient], [])).size > 0;

describe('showing a suppression', () => {
  it('says what speaks against an address here and at Mailgun', async () => {
    await tell('bounce', NOW - HOUR);
    await control.suppressionRecords.change('mg.example.com', [
      {
        recipient,
        decide: (record) =>
          withListed(record, {
            shown: [{ reason: 'unsubscribe', tag: 'promo' }],
            ...{ createdAtMs: NOW - 3 * HOUR, startedAtMs: NOW - 2 * HOUR },
          }),
      },
    ]);
    control.providerLists.put('unsubscribe', 'ada@example.com', NOW - 3 * HOUR, ['promo']);

    const { status, answer } = await show();

    expect(status).toBe(200);
    expect(answer).toEqual({
      ...{ domain: 'mg.example.com', suppressed: true, allowlisted: false, removals: [] },
      here: [
        {
          ...{ reason: 'unsubscribe', tag: 'promo', cause: 'mailgun:unsubscribe' },
          observedAt: '2026-11-30T21:00:00.000Z',
          confirmedAt: '2026-11-30T21:00:00.000Z',
          listedAt: '2026-11-30T22:00:00.000Z',
        },
        {
          ...{ reason: 'bounce', tag: null, cause: 'webhook:bounce', listedAt: null },
          observedAt: '2026-11-30T23:00:00.000Z',
          confirmedAt: '2026-11-30T23:00:00.000Z',
        },
      ],
      mailgun: {
        readable: true,
        entries: [
          { reason: 'unsubscribe', tags: ['promo'], createdAt: '2026-11-30T21:00:00.000Z' },
        ],
      },
    });
  });

  it('knows nothing of whom nothing speaks against', async () => {
    expect(await show()).toMatchObject({
      ...{ status: 404, answer: { error: { code: 'suppression-not-found' } } },
    });
  });

  it('says what is here also when Mailgun does not answer, and does not call it nothing', async () => {
    control.providerLists.next.push({ result: 'later', untilMs: undefined, reason: '503' });

    expect(await show()).toMatchObject({
      status: 200,
      answer: { suppressed: false, here: [], mailgun: { readable: false, reason: '503' } },
    });
  });

  it.each([['ada@example.com'], ['example.com']])('says that %s is allowlisted', async (value) => {
    await control.allowlist.note('mg.example.com', [digestOf(value)], NOW);

    expect(await show()).toMatchObject({ status: 200, answer: { allowlisted: true } });
  });

  it.each([
    ['a domain that is not configured', { domain: 'mg.example.org' }, 404, 'domain-not-found'],
    ['what is no domain', { domain: '..' }, 400, 'invalid-domain'],
    ['what is no address', { email: 'ada' }, 400, 'invalid-address'],
  ])('refuses %s', async (_what, wrong, status, code) => {
    expect(await show({ ...parameters, ...wrong })).toMatchObject({
      ...{ status, answer: { error: { code } } },
    });
  });
});

describe('removing a suppression', () => {
  beforeEach(async () => {
    await tell('bounce', NOW - HOUR);
    control.providerLists.put('bounce', 'ada@example.com', NOW - HOUR);
    control.providerLists.put('unsubscribe', 'ada@example.com', NOW - HOUR, ['promo']);
  });

  it('removes at Mailgun and here, files it and tells', async () => {
    const { status, answer } = await remove();

    expect(status).toBe(200);
    expect(answer).toEqual({
      ...{ domain: 'mg.example.com', suppressed: false, here: [], changed: true },
      removed: ['bounce', 'mailgun:bounce', 'mailgun:unsubscribe'],
    });
    expect(await isSuppressed()).toBe(false);
    expect(control.providerLists.entries.bounce.size).toBe(0);
    expect(control.providerLists.entries.unsubscribe.size).toBe(0);
    expect((await show()).answer['removals']).toEqual([
      {
        ...{ at: '2026-12-01T00:00:00.000Z', actor: 'bob', reason: 'she wrote to support' },
        removed: ['bounce', 'mailgun:bounce', 'mailgun:unsubscribe'],
      },
    ]);
    expect(control.notifier.notifications).toEqual([
      {
        ...{ version: 1, type: 'suppression.removed', at: '2026-12-01T00:00:00.000Z' },
        ...{ domain: 'mg.example.com', reason: 'she wrote to support' },
        details: {
          ...{ actor: 'bob', recipient: recipient.toString('hex').slice(0, 8) },
          removed: 'bounce, mailgun:bounce, mailgun:unsubscribe',
        },
      },
    ]);
  });

  it('changes and tells nothing when it is done again', async () => {
    await remove();
    nowMs += 1;
    const { status, answer } = await remove();

    expect(status).toBe(200);
    expect(answer).toMatchObject({ changed: false, suppressed: false });
    expect(control.notifier.notifications).toHaveLength(1);
    expect((await show()).answer['removals']).toHaveLength(1);
  });

  it('lets no webhook of before suppress again, and every one of later', async () => {
    await remove();

    await tell('bounce', NOW - HOUR);
    expect(await isSuppressed()).toBe(false);
    await tell('bounce', NOW + 1);
    expect(await isSuppressed()).toBe(true);
  });

  it.each([
    [{ result: 'later', untilMs: undefined, reason: 'ECONNREFUSED' } as const, 'ask again'],
    [{ result: 'unreadable', reason: '403' } as const, 'must be allowed'],
  ])('removes nothing here when Mailgun does not: %j', async (problem, advice) => {
    control.providerLists.next.push(problem);

    const { status, headers, answer } = await remove();

    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '30' });
    expect(answer).toMatchObject({ error: { code: 'mailgun-unavailable' } });
    expect(JSON.stringify(answer)).toContain(advice);
    expect(await isSuppressed()).toBe(true);
    expect(control.notifier.notifications).toEqual([]);
    expect(await control.suppressionRecords.removals('mg.example.com', recipient)).toEqual([]);
  });

  it('is made whole by a second call when it died after Mailgun did it', async () => {
    control.suppressionRecords.fault = new Error('the table is away');
    expect((await remove()).status).toBe(500);
    control.suppressionRecords.fault = undefined;
    expect(await isSuppressed()).toBe(true);

    expect((await remove()).answer).toMatchObject({ changed: true, removed: ['bounce'] });
    expect(await isSuppressed()).toBe(false);
  });

  it('leaves what happens while it runs', async () => {
    const removeAtMailgun = control.providerLists.remove.bind(control.providerLists);
    control.providerLists.remove = async (domain, address) => {
      await tell('complaint', NOW + 5);
      return removeAtMailgun(domain, address);
    };

    const { answer } = await remove();

    expect(answer).toMatchObject({ changed: true, suppressed: true });
    expect(await isSuppressed()).toBe(true);
  });

  it.each([
    ['no body', ''],
    ['no actor', { reason: 'because' }],
    ['an address in the reason', { reason: 'ada@example.com wrote', actor: 'bob' }],
  ])('refuses %s, before anything is removed', async (_what, given) => {
    expect(await remove(given)).toMatchObject({ status: 400 });
    expect(control.providerLists.entries.bounce.size).toBe(1);
  });

  it('names no address in what it logs and answers', async () => {
    const answered = [await remove(), await show()];

    expect(
      JSON.stringify([control.logged, answered, control.notifier.notifications]),
    ).not.toContain('@');
  });
});

describe('the syncs of a domain', () => {
  const read = async () =>
    (await control.call('GET /domains/{domain}', parameters)).answer['suppressionSync'];

  it('are shown with the domain', async () => {
    expect(await read()).toEqual({ lastCompleteAt: null, failingSince: null, failure: null });

    await control.syncJournal.noteComplete('mg.example.com', NOW - HOUR);
    await control.syncJournal.noteFailed('mg.example.com', { sinceMs: NOW, reason: 'bounce: 403' });

    expect(await read()).toEqual({
      lastCompleteAt: '2026-11-30T23:00:00.000Z',
      ...{ failingSince: '2026-12-01T00:00:00.000Z', failure: 'bounce: 403' },
    });
  });
});
