import { randomUUID } from 'node:crypto';
import type {
  Admission,
  Breaker,
  BreakerChange,
  BreakerSettings,
  CallResult,
} from '../../lambdas/core/breaker/breaker';

/** The settings an implementation under this contract works with. */
export const contractSettings: BreakerSettings = {
  windowMs: 60_000,
  minimumFaults: 10,
  faultRate: 0.5,
  coolDownMs: 30_000,
  longestCoolDownMs: 100_000,
};

const NOW_MS = 1_700_000_010_000;
const LEASE_MS = 20_000;
const CLOSED = { admission: 'closed' } as const;

const aDomain = () => `${randomUUID()}.example.com`;

type Probe = Extract<Admission, { readonly admission: 'probe' }>;

/** What every `Breaker` promises. Each test uses a domain of its own. */
export function describeBreaker(name: string, create: () => Promise<Breaker>): void {
  describe(`Breaker: ${name}`, () => {
    let breaker: Breaker;

    beforeAll(async () => {
      breaker = await create();
    });

    async function results(domain: string, result: CallResult, count: number, atMs = NOW_MS) {
      const changes: BreakerChange[] = [];
      for (let call = 0; call < count; call += 1) {
        changes.push(await breaker.record(domain, CLOSED, result, atMs));
      }
      return changes;
    }

    async function anOpenBreaker(): Promise<string> {
      const domain = aDomain();
      await results(domain, 'fault', 10);
      return domain;
    }

    async function probeOf(domain: string, atMs: number): Promise<Probe> {
      const admission = await breaker.admit(domain, atMs, LEASE_MS);
      if (admission.admission !== 'probe') throw new Error(`received ${admission.admission}`);
      return admission;
    }

    it('is closed while nobody used it', async () => {
      const domain = aDomain();

      expect(await breaker.admit(domain, NOW_MS, LEASE_MS)).toEqual(CLOSED);
      expect(await breaker.read(domain, NOW_MS)).toEqual({ state: 'closed', calls: 0, faults: 0 });
    });

    it('stays closed below the fewest faults that count', async () => {
      const domain = aDomain();

      const changes = await results(domain, 'fault', 9);

      expect(changes.every(({ change }) => change === 'none')).toBe(true);
      expect(await breaker.admit(domain, NOW_MS, LEASE_MS)).toEqual(CLOSED);
    });

    it('opens with the call that brings enough faults and a large enough share of them', async () => {
      const domain = aDomain();
      await results(domain, 'answered', 10);
      await results(domain, 'fault', 9);

      const [change] = await results(domain, 'fault', 1);

      const untilMs = NOW_MS + 30_000;
      expect(change).toEqual({ change: 'opened', untilMs, calls: 20, faults: 10 });
      expect(await breaker.admit(domain, NOW_MS, LEASE_MS)).toEqual({
        admission: 'open',
        untilMs,
        openSinceMs: NOW_MS,
      });
    });

    it('is opened by exactly one of many concurrent faults', async () => {
      const domain = aDomain();

      const changes = await Promise.all(
        Array.from({ length: 25 }, () => breaker.record(domain, CLOSED, 'fault', NOW_MS)),
      );

      expect(changes.filter(({ change }) => change === 'opened')).toHaveLength(1);
    });

    it('counts each of many concurrent calls once', async () => {
      const domain = aDomain();
      await results(domain, 'answered', 1);

      await Promise.all(
        Array.from({ length: 20 }, () => breaker.record(domain, CLOSED, 'answered', NOW_MS)),
      );

      expect(await breaker.read(domain, NOW_MS)).toMatchObject({ calls: 21, faults: 0 });
    });

    it('counts over two halves of the window, and forgets what is older', async () => {
      const domain = aDomain();
      await results(domain, 'fault', 3, NOW_MS);
      await results(domain, 'answered', 2, NOW_MS + 30_000);

      expect(await breaker.read(domain, NOW_MS + 30_000)).toMatchObject({ calls: 5, faults: 3 });
      expect(await breaker.read(domain, NOW_MS + 60_000)).toMatchObject({ calls: 2, faults: 0 });
      await results(domain, 'answered', 1, NOW_MS + 60_000);
      expect(await breaker.read(domain, NOW_MS + 60_000)).toMatchObject({ calls: 3, faults: 0 });
      await results(domain, 'answered', 1, NOW_MS + 300_000);
      expect(await breaker.read(domain, NOW_MS + 300_000)).toMatchObject({ calls: 1, faults: 0 });
    });

    it('counts the call of a clock that is behind into the current half', async () => {
      const domain = aDomain();
      await results(domain, 'answered', 1, NOW_MS);

      await results(domain, 'fault', 1, NOW_MS - 300_000);

      expect(await breaker.read(domain, NOW_MS)).toMatchObject({ calls: 2, faults: 1 });
    });

    it('counts nothing while it is open', async () => {
      const domain = await anOpenBreaker();
      const before = await breaker.read(domain, NOW_MS);

      await results(domain, 'answered', 2, NOW_MS + 100_000);
      const [change] = await results(domain, 'fault', 1);

      expect(change).toEqual({ change: 'none' });
      expect(await breaker.read(domain, NOW_MS)).toEqual(before);
      expect(before).toEqual({
        state: 'open',
        openSinceMs: NOW_MS,
        untilMs: NOW_MS + 30_000,
        calls: 10,
        faults: 10,
      });
    });

    it('lets exactly one of many workers probe after the cool-down', async () => {
      const domain = await anOpenBreaker();

      const admissions = await Promise.all(
        Array.from({ length: 20 }, () => breaker.admit(domain, NOW_MS + 30_000, LEASE_MS)),
      );

      expect(admissions.filter(({ admission }) => admission === 'probe')).toHaveLength(1);
      expect(admissions.filter(({ admission }) => admission === 'open')).toHaveLength(19);
      expect((await breaker.read(domain, NOW_MS + 30_000)).state).toBe('halfOpen');
    });

    it('lets nobody probe before the cool-down ends', async () => {
      const domain = await anOpenBreaker();

      expect((await breaker.admit(domain, NOW_MS + 29_999, LEASE_MS)).admission).toBe('open');
    });

    it('closes when the probe is answered, told to one caller', async () => {
      const domain = await anOpenBreaker();
      const probe = await probeOf(domain, NOW_MS + 30_000);

      const changes = [
        await breaker.record(domain, probe, 'answered', NOW_MS + 31_000),
        await breaker.record(domain, probe, 'answered', NOW_MS + 31_000),
      ];

      expect(changes).toEqual([{ change: 'closed', openSinceMs: NOW_MS }, { change: 'none' }]);
      expect(await breaker.read(domain, NOW_MS + 31_000)).toEqual({
        state: 'closed',
        calls: 0,
        faults: 0,
      });
    });

    it('stays open for twice as long when the probe is a fault, up to the longest cool-down', async () => {
      const domain = await anOpenBreaker();

      const waits: number[] = [];
      let nowMs = NOW_MS;
      for (let probes = 0; probes < 3; probes += 1) {
        nowMs = (await breaker.read(domain, nowMs)).untilMs ?? NaN;
        const probe = await probeOf(domain, nowMs);
        expect(await breaker.record(domain, probe, 'fault', nowMs)).toEqual({ change: 'none' });
        const { untilMs = NaN, openSinceMs } = await breaker.read(domain, nowMs);
        waits.push(untilMs - nowMs);
        expect(openSinceMs).toBe(NOW_MS);
      }

      expect(waits).toEqual([60_000, 100_000, 100_000]);
    });

    it('gives the probe of a dead worker to exactly one other when its lease ends', async () => {
      const domain = await anOpenBreaker();
      const dead = await probeOf(domain, NOW_MS + 30_000);

      const early = await breaker.admit(domain, NOW_MS + 49_999, LEASE_MS);
      const late = await Promise.all(
        Array.from({ length: 10 }, () => breaker.admit(domain, NOW_MS + 50_000, LEASE_MS)),
      );

      expect(early).toMatchObject({ admission: 'open', untilMs: NOW_MS + 50_000 });
      const successors = late.filter((admission) => admission.admission === 'probe');
      expect(successors).toHaveLength(1);
      expect(successors[0]?.probeToken).not.toBe(dead.probeToken);
    });

    it('takes no result from a probe whose lease another worker has', async () => {
      const domain = await anOpenBreaker();
      const dead = await probeOf(domain, NOW_MS + 30_000);
      await probeOf(domain, NOW_MS + 50_000);
      const before = await breaker.read(domain, NOW_MS + 51_000);

      for (const result of ['answered', 'fault'] as const) {
        expect(await breaker.record(domain, dead, result, NOW_MS + 51_000)).toEqual({
          change: 'none',
        });
      }

      expect(await breaker.read(domain, NOW_MS + 51_000)).toEqual(before);
    });

    it('lets another worker probe at once when a probe is given back', async () => {
      const domain = await anOpenBreaker();
      const probe = await probeOf(domain, NOW_MS + 30_000);

      await breaker.giveBack(domain, 'not the probe');
      expect((await breaker.admit(domain, NOW_MS + 30_000, LEASE_MS)).admission).toBe('open');
      await breaker.giveBack(domain, probe.probeToken);

      expect((await breaker.admit(domain, NOW_MS + 30_000, LEASE_MS)).admission).toBe('probe');
    });

    it('changes nothing by giving back what nobody has', async () => {
      const domain = aDomain();

      await breaker.giveBack(domain, 'no probe');

      expect(await breaker.admit(domain, NOW_MS, LEASE_MS)).toEqual(CLOSED);
    });

    it('keeps doubling when it opens again soon after it closed, and starts anew later', async () => {
      const domain = await anOpenBreaker();
      const probe = await probeOf(domain, NOW_MS + 30_000);
      await breaker.record(domain, probe, 'answered', NOW_MS + 31_000);

      await results(domain, 'fault', 10, NOW_MS + 32_000);
      expect((await breaker.read(domain, NOW_MS + 32_000)).untilMs).toBe(NOW_MS + 92_000);

      const second = await probeOf(domain, NOW_MS + 92_000);
      await breaker.record(domain, second, 'answered', NOW_MS + 93_000);
      await results(domain, 'fault', 10, NOW_MS + 213_000);
      expect((await breaker.read(domain, NOW_MS + 213_000)).untilMs).toBe(NOW_MS + 243_000);
    });

    it('keeps domains apart', async () => {
      await anOpenBreaker();

      expect(await breaker.admit(aDomain(), NOW_MS, LEASE_MS)).toEqual(CLOSED);
    });
  });
}
