import * as fc from 'fast-check';
import { campaignReport, type ReportSources } from '../../../lambdas/core/report/campaign-report';
import { NO_OUTCOMES, outcomesOf, type OutcomeSums } from '../../../lambdas/core/report/outcomes';
import { noRecipients, RECIPIENT_PARTS } from '../../../lambdas/core/report/recipient-parts';
import { TALLY_KINDS } from '../../../lambdas/core/tally/tally';

const key = { accountId: 'acme', campaignId: 'spring-sale' };
const sources = (part: Partial<ReportSources> = {}): ReportSources => ({
  campaign: { standing: 'active' },
  account: { standing: 'active' },
  recipients: noRecipients(),
  sums: NO_OUTCOMES,
  asOfMs: 1_700_000_000_000,
  ...part,
});
const sums = (
  outcomes: Partial<OutcomeSums['outcomes']>,
  amongDelivered: Partial<OutcomeSums['amongDelivered']> = {},
): OutcomeSums => ({
  outcomes: { ...NO_OUTCOMES.outcomes, ...outcomes },
  amongDelivered: { ...NO_OUTCOMES.amongDelivered, ...amongDelivered },
});

it('reports a campaign in the documented shape', () => {
  const report = campaignReport(
    key,
    sources({
      recipients: { ...noRecipients(), accepted: 9950, suppressed: 40, invalid: 5, duplicate: 5 },
      sums: sums(
        {
          delivered: 9800,
          bounced: 90,
          failed: 20,
          deferred: 12,
          complained: 2,
          unsubscribed: 9,
          opened: 2900,
          machineOpened: 1400,
          clicked: 310,
          machineClicked: 40,
        },
        { opened: 2900, machineOpened: 1400, clicked: 310, complained: 2 },
      ),
    }),
  );

  expect(report).toEqual({
    accountId: 'acme',
    campaignId: 'spring-sale',
    status: 'active',
    reason: null,
    since: null,
    asOf: '2023-11-14T22:13:20.000Z',
    recipients: {
      audience: 10_000,
      accepted: 9950,
      suppressed: 40,
      invalid: 5,
      duplicate: 5,
      refused: 0,
      parked: 0,
      pending: 0,
      inDoubt: 0,
    },
    outcomes: {
      delivered: 9800,
      bounced: 90,
      failed: 20,
      deferred: 12,
      complained: 2,
      unsubscribed: 9,
      opened: 2900,
      machineOpened: 1400,
      clicked: 310,
      machineClicked: 40,
      outstanding: 28,
    },
    rates: { open: 0.2959, click: 0.0316, bounce: 0.009, complaint: 0.0002, machineOpen: 0.1429 },
  });
});

it('has no rate where nobody was delivered or accepted', () => {
  expect(campaignReport(key, sources()).rates).toEqual({
    open: null,
    click: null,
    bounce: null,
    complaint: null,
    machineOpen: null,
  });
});

it('has nobody outstanding while events are ahead of the stored acceptance', () => {
  const report = campaignReport(key, sources({ sums: sums({ delivered: 5, bounced: 2 }) }));

  expect(report.outcomes.outstanding).toBe(0);
});

it('tells the name and the expected size where the producer gave them', () => {
  const campaign = { standing: 'active', name: 'Spring sale', expectedRecipients: 10 } as const;

  expect(campaignReport(key, sources({ campaign }))).toMatchObject({
    name: 'Spring sale',
    expectedRecipients: 10,
  });
});

describe('status', () => {
  const paused = { standing: 'paused', reason: 'content refused' } as const;
  const suspended = { standing: 'suspended', reason: 'complaints' } as const;

  it.each([
    ['a paused campaign', { campaign: paused }, 'paused', 'content refused'],
    ['a suspended account', { account: suspended }, 'suspended', 'complaints'],
    ['both', { campaign: paused, account: suspended }, 'suspended', 'complaints'],
    [
      'a cancelled campaign of a suspended account',
      { campaign: { standing: 'cancelled', reason: 'mistake' }, account: suspended },
      'cancelled',
      'mistake',
    ],
    ['a suspension without a reason', { account: { standing: 'suspended' } }, 'suspended', null],
  ] as [string, Partial<ReportSources>, string, string | null][])(
    'tells %s',
    (_case, part, status, reason) => {
      expect(campaignReport(key, sources(part))).toMatchObject({ status, reason });
    },
  );
});

it.each([
  ['active', { standing: 'active', sinceMs: 5 }, { standing: 'active', sinceMs: 7 }, null],
  ['paused', { standing: 'paused', sinceMs: 5 }, { standing: 'active' }, 5],
  ['paused before times were kept', { standing: 'paused' }, { standing: 'active' }, null],
  ['suspended', { standing: 'paused', sinceMs: 5 }, { standing: 'suspended', sinceMs: 7 }, 7],
  ['cancelled', { standing: 'cancelled', sinceMs: 5 }, { standing: 'suspended', sinceMs: 7 }, 5],
] as const)('tells since when it is %s', (_status, campaign, account, sinceMs) => {
  const { since } = campaignReport(key, sources({ campaign, account }));

  expect(since).toBe(sinceMs === null ? null : new Date(sinceMs).toISOString());
});

it('keeps every rate within 0 and 1, and the parts equal to the audience, whatever was read', () => {
  const positions = fc.uniqueArray(fc.nat(50), { minLength: 1 }).map((list) => new Set(list));
  const tallies = fc
    .uniqueArray(fc.constantFrom(...TALLY_KINDS))
    .chain((kinds) =>
      fc.tuple(
        ...kinds.map((kind) =>
          positions.map((set) => ({ batch: { ...key, batchId: '1' }, kind, positions: set })),
        ),
      ),
    );
  const recipients = fc.tuple(...RECIPIENT_PARTS.map(() => fc.nat(60))).map((counts) => ({
    ...noRecipients(),
    ...Object.fromEntries(RECIPIENT_PARTS.map((part, at) => [part, counts[at]])),
  }));

  fc.assert(
    fc.property(tallies, recipients, (sets, counts) => {
      const report = campaignReport(key, sources({ recipients: counts, sums: outcomesOf(sets) }));
      const { audience, ...parts } = report.recipients;

      expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(audience);
      expect(report.outcomes.outstanding).toBeGreaterThanOrEqual(0);
      for (const rate of Object.values(report.rates) as (number | null)[]) {
        expect(rate === null || (rate >= 0 && rate <= 1)).toBe(true);
      }
    }),
  );
});
