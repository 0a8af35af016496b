import { randomUUID } from 'node:crypto';
import type { Governor, GovernorSettings } from '../../lambdas/core/governor/governor';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const MIDNIGHT_MS = Date.parse('2026-11-24T00:00:00Z');
const GRANTED = { take: 'granted' };

/** What every `Governor` promises. Each test uses a domain of its own. */
export function describeGovernor(
  name: string,
  create: (settingsByDomain: (domain: string) => GovernorSettings) => Promise<Governor>,
): void {
  describe(`Governor: ${name}`, () => {
    const settings = new Map<string, GovernorSettings>();
    let governor: Governor;

    beforeAll(async () => {
      governor = await create((domain) => settings.get(domain) ?? { recipientsPerSecond: 100 });
    });

    function aDomain(given: Partial<GovernorSettings> = {}): string {
      const domain = `${randomUUID()}.example.com`;
      settings.set(domain, { recipientsPerSecond: 100, ...given });
      return domain;
    }

    it('grants one take of any size, and makes the next wait for as long as it costs', async () => {
      const domain = aDomain();

      expect(await governor.take(domain, 1000, NOW_MS)).toEqual(GRANTED);
      expect(await governor.take(domain, 1, NOW_MS)).toEqual({
        take: 'wait',
        untilMs: NOW_MS + 10_000 - 150,
        reason: 'rate',
      });
      expect(await governor.take(domain, 1, NOW_MS + 9_849)).toMatchObject({ take: 'wait' });
      expect(await governor.take(domain, 1, NOW_MS + 9_850)).toEqual(GRANTED);
    });

    it('begins anew after a pause, without a credit for it', async () => {
      const domain = aDomain();
      await governor.take(domain, 100, NOW_MS);

      expect(await governor.take(domain, 100, NOW_MS + 60_000)).toEqual(GRANTED);
      expect(await governor.take(domain, 100, NOW_MS + 60_000)).toMatchObject({
        untilMs: NOW_MS + 61_000 - 150,
      });
    });

    it('grants no more than the rate and one take to many concurrent workers', async () => {
      const domain = aDomain();

      const takes = await Promise.all(
        Array.from({ length: 20 }, () => governor.take(domain, 10, NOW_MS)),
      );

      const granted = takes.filter(({ take }) => take === 'granted').length;
      expect(granted).toBeGreaterThanOrEqual(1);
      expect(granted).toBeLessThanOrEqual(2);
    });

    it('never goes back in time for a clock that is behind', async () => {
      const domain = aDomain();
      await governor.take(domain, 10, NOW_MS);

      expect(await governor.take(domain, 10, NOW_MS - 300_000)).toEqual({
        take: 'wait',
        untilMs: NOW_MS + 100 - 150,
        reason: 'rate',
      });
    });

    it('keeps a budget a day, and tells what is left of it', async () => {
      const domain = aDomain({ recipientsPerSecond: 1_000_000, recipientsPerDay: 100 });

      expect(await governor.take(domain, 101, NOW_MS)).toEqual({ take: 'tooMany', left: 100 });
      expect(await governor.take(domain, 70, NOW_MS)).toEqual(GRANTED);
      expect(await governor.take(domain, 31, NOW_MS)).toEqual({ take: 'tooMany', left: 30 });
      expect(await governor.take(domain, 30, NOW_MS)).toEqual(GRANTED);
      expect(await governor.take(domain, 1, NOW_MS)).toEqual({
        take: 'wait',
        untilMs: MIDNIGHT_MS,
        reason: 'day',
      });
      expect(await governor.read(domain, NOW_MS)).toEqual({
        recipientsPerSecond: 1_000_000,
        usedToday: 100,
        budgetToday: 100,
      });
    });

    it('begins a new budget at midnight, UTC', async () => {
      const domain = aDomain({ recipientsPerSecond: 1_000_000, recipientsPerDay: 10 });
      await governor.take(domain, 10, MIDNIGHT_MS - 1);

      expect(await governor.take(domain, 10, MIDNIGHT_MS)).toEqual(GRANTED);
      expect((await governor.read(domain, MIDNIGHT_MS - 1)).usedToday).toBe(10);
      expect((await governor.read(domain, MIDNIGHT_MS)).usedToday).toBe(10);
    });

    it('never passes the budget of a warm-up, however many workers take', async () => {
      const warmUp = { startsOn: '2026-11-22', curve: [10, 50] };
      const domain = aDomain({ recipientsPerSecond: 1_000_000, warmUp });

      const granted = await Promise.all(
        Array.from({ length: 12 }, async () => {
          for (let tries = 0; tries < 12; tries += 1) {
            const { take } = await governor.take(domain, 7, NOW_MS);
            if (take === 'granted') return 7;
            if (take === 'tooMany') return 0;
          }
          return 0;
        }),
      );

      const sum = granted.reduce<number>((total, taken) => total + taken, 0);
      expect(sum).toBeLessThanOrEqual(50);
      expect(sum).toBe((await governor.read(domain, NOW_MS)).usedToday);
    });

    it('gives back to the day it was taken from, even after midnight', async () => {
      const domain = aDomain({ recipientsPerSecond: 1_000_000, recipientsPerDay: 100 });
      await governor.take(domain, 60, MIDNIGHT_MS - 1);
      await governor.take(domain, 20, MIDNIGHT_MS);

      await governor.giveBack(domain, 50, MIDNIGHT_MS - 1);

      expect((await governor.read(domain, MIDNIGHT_MS - 1)).usedToday).toBe(10);
      expect((await governor.read(domain, MIDNIGHT_MS)).usedToday).toBe(20);
    });

    it('gives back no more than was taken', async () => {
      const domain = aDomain();
      await governor.giveBack(domain, 1, NOW_MS);
      await governor.take(domain, 5, NOW_MS);

      await governor.giveBack(domain, 6, NOW_MS);
      expect((await governor.read(domain, NOW_MS)).usedToday).toBe(5);

      await governor.giveBack(domain, 5, NOW_MS);
      expect((await governor.read(domain, NOW_MS)).usedToday).toBe(0);
    });

    it('halves the rate once for a limit that many workers meet', async () => {
      const domain = aDomain();

      await Promise.all(
        Array.from({ length: 10 }, (_, worker) => governor.slowDown(domain, NOW_MS + worker)),
      );
      expect((await governor.read(domain, NOW_MS)).recipientsPerSecond).toBe(50);

      await governor.slowDown(domain, NOW_MS + 20_000);
      const { recipientsPerSecond } = await governor.read(domain, NOW_MS + 20_000);
      expect(recipientsPerSecond).toBeCloseTo((50 + 5 / 3) / 2, 3);
    });

    it('takes at the lowered rate, which grows back with time', async () => {
      const domain = aDomain();
      await governor.slowDown(domain, NOW_MS);

      await governor.take(domain, 100, NOW_MS);

      expect(await governor.take(domain, 1, NOW_MS)).toMatchObject({ untilMs: NOW_MS + 1_850 });
      const later = await governor.read(domain, NOW_MS + 10 * 60_000);
      expect(later.recipientsPerSecond).toBe(100);
    });

    it('forgets the days before yesterday', async () => {
      const domain = aDomain();
      await governor.take(domain, 1, NOW_MS);
      await governor.take(domain, 2, NOW_MS + 86_400_000);

      await governor.take(domain, 3, NOW_MS + 2 * 86_400_000);

      const used = [0, 1, 2].map((days) => governor.read(domain, NOW_MS + days * 86_400_000));
      expect((await Promise.all(used)).map(({ usedToday }) => usedToday)).toEqual([0, 2, 3]);
    });

    it('knows the whole rate and no use of a domain nobody sent from', async () => {
      expect(await governor.read(aDomain(), NOW_MS)).toEqual({
        recipientsPerSecond: 100,
        usedToday: 0,
        budgetToday: undefined,
      });
    });

    it('keeps domains apart', async () => {
      await governor.take(aDomain(), 1000, NOW_MS);

      expect(await governor.take(aDomain(), 1000, NOW_MS)).toEqual(GRANTED);
    });
  });
}
