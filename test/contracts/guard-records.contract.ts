import {
  NO_FACTS,
  type GuardFacts,
  type GuardRecords,
  type GuardSubject,
} from '../../lambdas/core/guard/guard-record';

let subjects = 0;

/** A campaign, or an account, that no other test uses. */
const aSubject = (subject: 'campaign' | 'account'): GuardSubject => {
  subjects += 1;
  return subject === 'account'
    ? { subject, accountId: `acme-${subjects}` }
    : { subject, campaign: { accountId: 'acme', campaignId: `campaign-${subjects}` } };
};

const everyFact: GuardFacts = {
  evaluatedAtMs: 1_700_000_000_000,
  sweepAtMs: 1_700_000_600_000,
  armedSinceMs: 1_600_000_000_000,
  level: 'pause',
  finding: {
    ...{ level: 'pause', kind: 'complaint', window: 'long' },
    ...{ events: 12, of: 3_000, rate: 0.004, limit: 0.003 },
  },
  warned: ['bounce', 'complaint'],
  act: {
    ...{ atMs: 1_700_000_000_001, reason: '12 of 3,000', isDone: true },
    figures: { kind: 'complaint', rate: 0.004 },
  },
  completedAtMs: 1_700_000_000_002,
};

/** What every `GuardRecords` promises. */
export function describeGuardRecords(name: string, create: () => Promise<GuardRecords>): void {
  describe(`guard records: ${name}`, () => {
    let records: GuardRecords;

    beforeAll(async () => {
      records = await create();
    });

    it('know nothing of whoever was never evaluated', async () => {
      expect(await records.read(aSubject('campaign'))).toEqual({
        ...{ facts: NO_FACTS, nextAtMs: 0, token: undefined },
      });
    });

    it.each(['campaign', 'account'] as const)(
      'keep everything that is known of one %s',
      async (kind) => {
        const subject = aSubject(kind);
        await records.claim(subject, await records.read(subject), { token: 'a', untilMs: 10 });

        const saved = await records.save(subject, 'a', { facts: everyFact, nextAtMs: 5 });

        expect(saved).toBe(true);
        expect(await records.read(subject)).toEqual({ facts: everyFact, nextAtMs: 5, token: 'a' });
        expect((await records.read(aSubject(kind))).facts).toEqual(NO_FACTS);
      },
    );

    it('forget what is not known any more', async () => {
      const subject = aSubject('campaign');
      await records.claim(subject, await records.read(subject), { token: 'a', untilMs: 10 });
      await records.save(subject, 'a', { facts: everyFact, nextAtMs: 5 });

      await records.save(subject, 'a', { facts: NO_FACTS, nextAtMs: 6 });

      expect((await records.read(subject)).facts).toEqual(NO_FACTS);
    });

    it('let one of two begin, and keep what was known meanwhile', async () => {
      const subject = aSubject('campaign');
      const first = await records.read(subject);
      await records.claim(subject, first, { token: 'a', untilMs: 10 });
      await records.save(subject, 'a', { facts: everyFact, nextAtMs: 5 });
      const seen = await records.read(subject);

      const claims = await Promise.all([
        records.claim(subject, seen, { token: 'b', untilMs: 20 }),
        records.claim(subject, seen, { token: 'c', untilMs: 20 }),
      ]);

      expect([...claims].sort()).toEqual([false, true]);
      expect(await records.read(subject)).toMatchObject({ facts: everyFact, nextAtMs: 20 });
    });

    it('take a claim that is made again for the same claim', async () => {
      const subject = aSubject('account');
      const seen = await records.read(subject);

      expect(await records.claim(subject, seen, { token: 'a', untilMs: 10 })).toBe(true);
      expect(await records.claim(subject, seen, { token: 'a', untilMs: 10 })).toBe(true);
      expect(await records.claim(subject, seen, { token: 'b', untilMs: 10 })).toBe(false);
    });

    it('keep nothing of an evaluation after which another has begun', async () => {
      const subject = aSubject('campaign');
      await records.claim(subject, await records.read(subject), { token: 'a', untilMs: 10 });
      await records.claim(subject, await records.read(subject), { token: 'b', untilMs: 20 });

      expect(await records.save(subject, 'a', { facts: everyFact, nextAtMs: 5 })).toBe(false);
      expect(await records.read(subject)).toEqual({ facts: NO_FACTS, nextAtMs: 20, token: 'b' });
    });
  });
}
